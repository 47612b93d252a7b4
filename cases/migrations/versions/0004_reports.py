"""Reports of check-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_reports"
down_revision = "0003_tokens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("interview_id", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_reports_conversation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reports_person_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_reports")),
        sa.UniqueConstraint("id", name=op.f("uq_reports_id")),
        sa.UniqueConstraint("interview_id", name=op.f("uq_reports_interview_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reports_conversation_id"), "reports", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_reports_person_id"), "reports", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reports")
