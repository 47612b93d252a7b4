"""Meetings booked at a service point. Each takes one seat at one time, and the table lets no seat be taken twice."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from cases.database import Session
from cases.ids import new_id
from cases.schema import appointments

LONGEST = timedelta(hours=4)  # no meeting is longer


@dataclass(frozen=True)
class Appointment:
    """`seat` None: cancelled. `remind_on`: the day on which its person is still to be reminded."""

    id: str
    case_id: str
    place_id: str
    starts_at: datetime
    minutes: int
    seat: int | None
    remind_on: date | None
    cancelled_by: str | None
    reason: str | None
    created_at: datetime

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def cancelled(self) -> bool:
        return self.seat is None


_COLUMNS = tuple(appointments.c[field.name] for field in fields(Appointment))
_BOOKED = appointments.c.seat.is_not(None)


def take_seat(
    session: Session,
    *,
    case_id: str,
    place_id: str,
    starts_at: datetime,
    minutes: int,
    seats: int,
    remind_on: date | None,
) -> str | None:
    """The first free of `seats` seats; returns the appointment's id, None when all are taken. Of any number who try at the
    same moment no two get the same seat: the unique index decides, and who waits for it sees the outcome."""
    dialect = postgresql if session.is_postgres else sqlite
    for seat in range(1, seats + 1):
        row = {
            "id": new_id("a_"),
            "case_id": case_id,
            "place_id": place_id,
            "starts_at": starts_at,
            "minutes": minutes,
            "seat": seat,
            "remind_on": remind_on,
            "created_at": session.now,
        }
        statement = dialect.insert(appointments).values(row).on_conflict_do_nothing().returning(appointments.c.id)
        taken = session.execute(statement).first()
        if taken is not None:
            return str(taken.id)
    return None


def cancel(session: Session, appointment_id: str, *, by: str, reason: str | None = None) -> bool:
    """Give the seat back; False when it was given back before. `by`: system, person, or an id of the staff."""
    mine = (appointments.c.id == appointment_id) & _BOOKED
    values = {
        "seat": None,
        "remind_on": None,
        "cancelled_at": session.now,
        "cancelled_by": by,
        "reason": reason,
    }
    return session.execute(update(appointments).where(mine).values(**values)).rowcount == 1


def get(session: Session, appointment_id: str) -> Appointment | None:
    found = _all(session, select(*_COLUMNS).where(appointments.c.id == appointment_id))
    return found[0] if found else None


def of_case(session: Session, case_id: str) -> list[Appointment]:
    """All of a case, the cancelled too, in order of time."""
    return _all(session, select(*_COLUMNS).where(appointments.c.case_id == case_id))


def ahead_of_case(session: Session, case_id: str) -> list[Appointment]:
    """Those that are booked and not over, the nearest first."""
    return [one for one in of_case(session, case_id) if not one.cancelled and one.ends_at > session.now]


def ahead(session: Session, place_id: str | None = None) -> list[Appointment]:
    """All that are booked and not over (at one place), in order of time."""
    statement = select(*_COLUMNS).where(_BOOKED, appointments.c.starts_at > session.now - LONGEST)
    if place_id is not None:
        statement = statement.where(appointments.c.place_id == place_id)
    return [one for one in _all(session, statement) if one.ends_at > session.now]


def to_remind(session: Session, today: date, limit: int) -> list[str]:
    """Ids of those whose person is to be reminded today and was not."""
    due = _BOOKED & (appointments.c.remind_on <= today) & (appointments.c.starts_at > session.now)
    rows = session.execute(select(appointments.c.id).where(due).order_by(appointments.c.starts_at).limit(limit))
    return list(rows.scalars())


def reminded(session: Session, appointment_id: str) -> None:
    session.execute(update(appointments).where(appointments.c.id == appointment_id).values(remind_on=None))


def _all(session: Session, statement: Any) -> list[Appointment]:
    rows: Any = session.execute(statement.order_by(appointments.c.starts_at, appointments.c.seq))
    return [Appointment(*row) for row in rows]
