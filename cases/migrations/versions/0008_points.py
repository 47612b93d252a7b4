"""Service points: changes made at the desk, hours for meetings, appointments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_points"
down_revision = "0007_files"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "place_entries",
        sa.Column("version", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("place_id", sa.String(80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_place_entries_staff_id")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_place_entries")),
        sa.UniqueConstraint("place_id", "revision", name=op.f("uq_place_entries_place_id_revision")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "visiting_hours",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("place_id", sa.String(80), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visiting_hours")),
    )
    op.create_index(op.f("ix_visiting_hours_place_id"), "visiting_hours", ["place_id"])
    op.create_table(
        "appointments",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("place_id", sa.String(80), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("cancelled_by", sa.String(40), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_appointments_case_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_appointments")),
        sa.UniqueConstraint("id", name=op.f("uq_appointments_id")),
        sa.UniqueConstraint("place_id", "starts_at", "seat", name=op.f("uq_appointments_place_id_starts_at_seat")),
        sqlite_autoincrement=True,
    )
    for column in ("case_id", "starts_at", "remind_on"):
        op.create_index(op.f(f"ix_appointments_{column}"), "appointments", [column])


def downgrade() -> None:
    for table in ("appointments", "visiting_hours", "place_entries"):
        op.drop_table(table)
