"""Registrations for lectures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_registrations"
down_revision = "0008_points"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("lecture_id", sa.String(30), nullable=False),
        sa.Column("person_id", sa.String(40), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_registrations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
    )
    for column in ("lecture_id", "person_id", "created_at"):
        op.create_index(op.f(f"ix_registrations_{column}"), "registrations", [column])


def downgrade() -> None:
    op.drop_table("registrations")
