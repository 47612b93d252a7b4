"""Joint claims of many workers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_groups"
down_revision = "0011_takeaways"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "groups",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("code_lookup", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("case_id", sa.String(40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_groups_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("code_lookup", name=op.f("uq_groups_code_lookup")),
    )
    op.create_index(op.f("ix_groups_case_id"), "groups", ["case_id"])
    op.create_index(op.f("ix_groups_updated_at"), "groups", ["updated_at"])
    op.create_table(
        "group_members",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("group_id", sa.String(40), nullable=False),
        sa.Column("person_id", sa.String(40), nullable=True),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("shares", sa.Boolean(), nullable=False),
        sa.Column("name_lookup", sa.LargeBinary(32), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("entered_by", sa.String(40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_members_group_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_group_members_person_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_group_members")),
        sa.UniqueConstraint("group_id", "name_lookup", name=op.f("uq_group_members_group_id_name_lookup")),
        sa.UniqueConstraint("id", name=op.f("uq_group_members_id")),
        sa.UniqueConstraint("person_id", "group_id", name=op.f("uq_group_members_person_id_group_id")),
        sqlite_autoincrement=True,
    )
    for column in ("group_id", "person_id"):
        op.create_index(op.f(f"ix_group_members_{column}"), "group_members", [column])


def downgrade() -> None:
    op.drop_table("group_members")
    op.drop_table("groups")
