"""What a case asks for: a lawyer, or mediation. Cases from before ask for a lawyer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_kind"
down_revision = "0009_registrations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("kind", sa.String(12), nullable=False, server_default="lawyer"))


def downgrade() -> None:
    op.drop_column("cases", "kind")
