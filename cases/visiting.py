"""When a service point receives people: rows for every week, and rows for one day, which then counts instead of the week."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any

from sqlalchemy import delete, insert, select

from cases.database import Session
from cases.schema import visiting_hours


@dataclass(frozen=True)
class VisitingHours:
    """`weekday` (1 Monday … 7 Sunday) or `day`; `opens` None: nobody is received on that day. `minutes`: how long a
    meeting takes; `seats`: how many at the same time. Times are on the wall in Shenzhen."""

    id: int
    place_id: str
    weekday: int | None
    day: date | None
    opens: time | None
    closes: time | None
    minutes: int
    seats: int

    def same_day(self, other: VisitingHours) -> bool:
        return (self.place_id, self.weekday, self.day) == (other.place_id, other.weekday, other.day)


_COLUMNS = tuple(visiting_hours.c[field.name] for field in fields(VisitingHours))


def add(session: Session, row: VisitingHours) -> int:
    """Keep a row; its own id is given by the table."""
    values = {field.name: getattr(row, field.name) for field in fields(row) if field.name != "id"}
    key = session.execute(insert(visiting_hours), values | {"created_at": session.now}).inserted_primary_key
    assert key is not None
    return int(key[0])


def remove(session: Session, row_id: int) -> bool:
    return session.execute(delete(visiting_hours).where(visiting_hours.c.id == row_id)).rowcount == 1


def everywhere(session: Session, place_id: str | None = None) -> list[VisitingHours]:
    """All rows (of one place), those of the week first, in order."""
    statement = select(*_COLUMNS).order_by(
        visiting_hours.c.place_id, visiting_hours.c.day, visiting_hours.c.weekday, visiting_hours.c.opens
    )
    if place_id is not None:
        statement = statement.where(visiting_hours.c.place_id == place_id)
    rows: Any = session.execute(statement)
    return sorted((VisitingHours(*row) for row in rows), key=lambda row: row.day is not None)
