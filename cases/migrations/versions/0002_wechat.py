"""WeChat: windows for messages we begin, receipts of events, and how far each parcel has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_wechat"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("deferred", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("outbox", sa.Column("via", sa.String(length=10), nullable=True))
    op.add_column("outbox", sa.Column("part", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("sending", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("outbox", sa.Column("unknown", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "windows",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("trigger", sa.String(length=10), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_windows_person_id")),
        sa.PrimaryKeyConstraint("person_id", "trigger", name=op.f("pk_windows")),
    )
    op.create_table(
        "receipts",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reply", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "lookup", name=op.f("pk_receipts")),
    )
    op.create_index(op.f("ix_receipts_created_at"), "receipts", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("receipts")
    op.drop_table("windows")
    for column in ("unknown", "sending", "part", "via"):
        op.drop_column("outbox", column)
    op.drop_column("messages", "deferred")
