"""The desk: sessions of staff, waits for who guesses, drafts and published content."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_desk"
down_revision = "0005_cases"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.String(40), nullable=False),
        sa.Column("csrf", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_sessions")),
    )
    op.create_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"])
    op.create_index(op.f("ix_staff_sessions_seen_at"), "staff_sessions", ["seen_at"])
    op.create_table(
        "sign_in_failures",
        sa.Column("lookup", sa.LargeBinary(32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_sign_in_failures")),
    )
    op.create_index(op.f("ix_sign_in_failures_at"), "sign_in_failures", ["at"])
    op.create_table(
        "used_codes",
        sa.Column("staff_id", sa.String(40), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_used_codes_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_used_codes")),
    )
    op.create_table(
        "content_drafts",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("faq_id", sa.String(80), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("author_id", sa.String(40), nullable=False),
        sa.Column("reader_id", sa.String(40), nullable=True),
        sa.Column("remark", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_content_drafts_author_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["staff.id"], name=op.f("fk_content_drafts_reader_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_content_drafts")),
        sa.UniqueConstraint("id", name=op.f("uq_content_drafts_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_content_drafts_status"), "content_drafts", ["status"])
    op.create_table(
        "content_entries",
        sa.Column("version", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("faq_id", sa.String(80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("review", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_content_entries")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_content_entries_faq_id"), "content_entries", ["faq_id"])


def downgrade() -> None:
    for table in ("content_entries", "content_drafts", "used_codes", "sign_in_failures", "staff_sessions"):
        op.drop_table(table)
