"""The roster: who answers at night and on holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from cases.database import Session
from cases.schema import duty, staff


@dataclass(frozen=True)
class Shift:
    id: int
    staff_id: str
    starts_at: datetime
    ends_at: datetime


def add(session: Session, staff_id: str, starts_at: datetime, ends_at: datetime) -> int:
    """Raises ValueError when it ends before it starts."""
    if ends_at <= starts_at:
        raise ValueError("值班的结束时间要晚于开始时间")
    row = {"staff_id": staff_id, "starts_at": starts_at, "ends_at": ends_at}
    key = session.execute(insert(duty), row).inserted_primary_key
    assert key is not None
    return int(key[0])


def remove(session: Session, shift_id: int) -> bool:
    return session.execute(delete(duty).where(duty.c.id == shift_id)).rowcount == 1


def between(session: Session, first: datetime, last: datetime) -> list[Shift]:
    """Shifts that touch this time, in order."""
    rows: Any = session.execute(
        select(duty.c.id, duty.c.staff_id, duty.c.starts_at, duty.c.ends_at)
        .where(duty.c.ends_at > first, duty.c.starts_at < last)
        .order_by(duty.c.starts_at, duty.c.id)
    )
    return [Shift(*row) for row in rows]


def on_duty(session: Session, now: datetime) -> list[str]:
    """Ids of the active staff whose shift it is."""
    rows = session.execute(
        select(duty.c.staff_id)
        .join(staff, staff.c.id == duty.c.staff_id)
        .where(duty.c.starts_at <= now, duty.c.ends_at > now, staff.c.active)
        .order_by(duty.c.id)
    )
    return list(dict.fromkeys(rows.scalars()))
