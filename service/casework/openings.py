"""Free times for meetings: the hours of a point, cut into slots, without holidays and without what is taken. Computed anew
each time it is asked for; hours that change move nobody's booked meeting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases.appointments import Appointment
from cases.visiting import VisitingHours
from service.casework.office import Office
from settings.clock import SHANGHAI

DAYS_AHEAD = 14
NOTICE = timedelta(hours=2)
"""A meeting is booked at least so long before it begins: somebody has to be there."""


@dataclass(frozen=True)
class Slot:
    """`seats`: how many may come at that time; `left`: how many of them are free."""

    place_id: str
    starts_at: datetime
    minutes: int
    seats: int
    left: int


def last_day(today: date) -> date:
    return today + timedelta(days=DAYS_AHEAD)


def hours_on(rows: Iterable[VisitingHours], day: date, office: Office) -> list[VisitingHours]:
    """The rows of one place that hold on a day. Rows for that very day come first. The weekly ones do not hold on holidays,
    nor in a year whose holidays are not known yet: nobody is sent to a shut door."""
    rows = list(rows)
    own = [row for row in rows if row.day == day]
    if own:
        return [row for row in own if row.opens]
    if not office.is_confirmed(day) or office.is_holiday(day):
        return []
    return [row for row in rows if row.weekday == day.isoweekday()]


def slots_on(
    rows: Iterable[VisitingHours], day: date, office: Office, booked: Sequence[Appointment], now: datetime
) -> list[Slot]:
    """Every slot of one place on a day that can still be booked, in order, the full ones left out."""
    found = []
    for row in hours_on(rows, day, office):
        assert row.opens and row.closes
        length = timedelta(minutes=row.minutes)
        start, end = (datetime.combine(day, at, SHANGHAI) for at in (row.opens, row.closes))
        while start + length <= end:
            taken = sum(one.starts_at < start + length and start < one.ends_at for one in booked)
            if start >= now + NOTICE and taken < row.seats:
                found.append(Slot(row.place_id, start, row.minutes, row.seats, row.seats - taken))
            start += length
    return sorted(found, key=lambda slot: slot.starts_at)


def days_with_slots(
    rows: Sequence[VisitingHours], office: Office, booked: Sequence[Appointment], now: datetime
) -> dict[date, list[Slot]]:
    """The days ahead of one place that have a free slot."""
    today = now.astimezone(SHANGHAI).date()
    days = (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1))
    return {day: slots for day in days if (slots := slots_on(rows, day, office, booked, now))}
