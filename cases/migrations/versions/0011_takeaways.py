"""What is taken along from a kiosk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_takeaways"
down_revision = "0010_kind"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "takeaways",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeaways")),
    )
    op.create_index(op.f("ix_takeaways_expires_at"), "takeaways", ["expires_at"])


def downgrade() -> None:
    op.drop_table("takeaways")
