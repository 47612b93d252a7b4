"""The street of the QR code a person scanned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_street"
down_revision = "0012_groups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("street", sa.String(20), nullable=True))


def downgrade() -> None:
    op.drop_column("people", "street")
