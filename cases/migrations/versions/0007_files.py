"""Files that a lawyer gave to the person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_files"
down_revision = "0006_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachments", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("attachments") as table:
        table.drop_column("sent_at")
