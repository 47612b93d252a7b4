"""Meetings face to face: hours set by staff, a time taken by the person of a case, given back by either side, the reminder the
day before. What the person is told names no legal problem (a phone on a table)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cases import appointments, audit, events, matters, visiting
from cases.appointments import Appointment
from cases.database import Session
from cases.errors import CaseError, CaseNotFoundError, InputError, WrongStatusError
from cases.matters import Case
from cases.permissions import allowed, check, check_allowed
from cases.staff import Staff
from cases.status import LIVE
from cases.visiting import VisitingHours
from knowledge.places import Place
from service import meeting_cards, placekeeping
from service.casework import calling
from service.casework.office import office
from service.casework.openings import Slot, days_with_slots, slots_on
from service.casework.speaking import say_card
from settings.clock import SHANGHAI

MINUTES = (15, 20, 30, 45, 60, 90, 120)
MOST_SEATS = 20
LONGEST_REASON = 100


class SlotGoneError(CaseError):
    def __init__(self) -> None:
        super().__init__("这个时间刚被别人约走，或者不再接待了，请换一个。")


@dataclass(frozen=True)
class Listed:
    """One meeting for the staff: `place` is None when nobody knows the point any more."""

    appointment: Appointment
    place: Place | None
    code: str
    owner_id: str | None


def meeting_places(session: Session) -> dict[str, Place]:
    """The points that have hours for meetings and a confirmed address."""
    known = placekeeping.directory(session).places
    ids = dict.fromkeys(row.place_id for row in visiting.everywhere(session))
    return {id_: known[id_] for id_ in ids if id_ in known and known[id_].shown and known[id_].address}


def free_days(session: Session, places: Iterable[str]) -> dict[str, dict[date, list[Slot]]]:
    """Of these points (of `meeting_places`) those with a free time ahead, by day."""
    days = {
        id_: days_with_slots(visiting.everywhere(session, id_), office(), appointments.ahead(session, id_), session.now)
        for id_ in places
    }
    return {id_: found for id_, found in days.items() if found}


def book(session: Session, case_id: str, place_id: str, starts_at: datetime) -> tuple[Appointment, bool]:
    """Take a time for the person of a live case; one they had before is given back in the same transaction. The same time
    again changes nothing. Returns the meeting and whether it took the place of another. Raises SlotGoneError, CaseError."""
    case = matters.hold(session, case_id)
    if case.status not in LIVE:
        raise WrongStatusError("这件事现在没有律师在办，先转给律师再约见面。")
    before = appointments.ahead_of_case(session, case_id)
    for one in before:
        if (one.place_id, one.starts_at) == (place_id, starts_at):
            return one, False
    day = starts_at.astimezone(SHANGHAI).date()
    rows = visiting.everywhere(session, place_id) if place_id in meeting_places(session) else []
    free = slots_on(rows, day, office(), appointments.ahead(session, place_id), session.now)
    slot = next((slot for slot in free if slot.starts_at == starts_at), None)
    taken = slot and appointments.take_seat(
        session,
        case_id=case_id,
        place_id=place_id,
        starts_at=starts_at,
        minutes=slot.minutes,
        seats=slot.seats,
        remind_on=_remind_on(session, day),
    )
    if not taken:
        raise SlotGoneError
    for one in before:
        appointments.cancel(session, one.id, by="person")
    events.record(session, case_id, "meeting_moved" if before else "meeting_booked", actor="person")
    calling.call(session, calling.owners(case), "meeting", f"meeting:{taken}", case_id=case_id)
    made = appointments.get(session, taken)
    assert made is not None
    return made, bool(before)


def person_cancels(session: Session, appointment_id: str, person_id: str) -> Appointment | None:
    """The person gives their time back; None when it is not theirs, over or cancelled already."""
    found = appointments.get(session, appointment_id)
    case = matters.hold(session, found.case_id) if found else None
    if found is None or case is None or case.person_id != person_id or found.ends_at <= session.now:
        return None
    if not appointments.cancel(session, found.id, by="person"):
        return None
    events.record(session, case.id, "meeting_cancelled", actor="person")
    calling.call(session, calling.owners(case), "meeting", f"meeting:{found.id}:off", case_id=case.id)
    return found


def call_off(session: Session, appointment_id: str, actor: Staff, reason: str) -> None:
    """A member of the staff cancels; the person is told why, in the same transaction. Raises CaseError."""
    found = appointments.get(session, appointment_id)
    if found is None:
        raise CaseNotFoundError
    case = matters.hold(session, found.case_id)
    check(actor, "call_off", case)
    reason = reason.strip()
    if not 2 <= len(reason) <= LONGEST_REASON:
        raise InputError(f"请写明原因（2 到 {LONGEST_REASON} 个字），本人会看到。")
    if found.ends_at <= session.now or not appointments.cancel(session, found.id, by=actor.id, reason=reason):
        raise WrongStatusError("这次见面已经取消，或者已经过去了。")
    events.record(session, case.id, "meeting_cancelled", actor=actor.id, reason=reason)
    card = meeting_cards.called_off(found, _code(session, case), case.id, reason, again=case.status in LIVE)
    say_card(session, case, card, key=f"meeting:{found.id}:off")


def end_with_case(session: Session, case: Case) -> None:
    """The case is closed or withdrawn: its meetings are off, and the person is told."""
    for one in appointments.ahead_of_case(session, case.id):
        appointments.cancel(session, one.id, by="system")
        events.record(session, case.id, "meeting_cancelled", actor="system")
        card = meeting_cards.called_off(one, _code(session, case), case.id, "案件已经结束", again=False)
        say_card(session, case, card, key=f"meeting:{one.id}:off")


def to_remind(session: Session, limit: int) -> list[str]:
    """Ids of the meetings of tomorrow (or, when the worker slept, of today) whose person was not reminded."""
    return appointments.to_remind(session, session.now.astimezone(SHANGHAI).date(), limit)


def remind(session: Session, appointment_id: str) -> bool:
    """The reminder, once."""
    found = appointments.get(session, appointment_id)
    if found is None:
        return False
    case = matters.hold(session, found.case_id)
    found = appointments.get(session, appointment_id)  # again, under the lock: perhaps cancelled meanwhile
    if found is None or found.cancelled or found.remind_on is None or found.starts_at <= session.now:
        return False
    appointments.reminded(session, found.id)
    place = placekeeping.directory(session).places.get(found.place_id)
    today = session.now.astimezone(SHANGHAI).date()
    card = meeting_cards.reminder(found, place, _code(session, case), today, link=meeting_cards.link(session, found))
    return say_card(session, case, card, key=f"meeting:{found.id}:reminder") is not None


def listed(session: Session, actor: Staff) -> list[Listed]:
    """The meetings ahead that this member may see: a lawyer those of their own cases, a supervisor all."""
    known = placekeeping.directory(session).places
    found = []
    for one in appointments.ahead(session):
        case = matters.get(session, one.case_id)
        if allowed(actor, "call_off", case):
            found.append(Listed(one, known.get(one.place_id), _code(session, case), case.owner_id))
    return found


def add_hours(
    session: Session,
    actor: Staff,
    place_id: str,
    *,
    weekday: int | None = None,
    day: date | None = None,
    opens: time | None = None,
    closes: time | None = None,
    minutes: int = 30,
    seats: int = 1,
) -> int:
    """Receive people every week on `weekday`, or on one `day` (then the week does not count); a day without `opens` receives
    nobody. Raises CaseError, in words for staff."""
    check_allowed(actor, "set_visits")
    place = placekeeping.directory(session).places.get(place_id)
    if place is None or not place.shown or not place.address:
        raise InputError("这个服务点的地址还没有核实：先在“服务点”里核实，再排见面时间。")
    if (weekday is None) == (day is None) or (weekday is not None and not 1 <= weekday <= 7):
        raise InputError("请选每周的星期几，或者某一天。")
    if day is not None and day < session.now.astimezone(SHANGHAI).date():
        raise InputError("这一天已经过去了。")
    if (opens is None) != (closes is None) or (opens is None and day is None):
        raise InputError("请填开始和结束的时间；某一天不接待的，两个都空着。")
    if minutes not in MINUTES or not 1 <= seats <= MOST_SEATS:
        raise InputError(f"每次 {'、'.join(map(str, MINUTES))} 分钟，同时 1 到 {MOST_SEATS} 人。")
    if (
        opens
        and closes
        and datetime.combine(date.min, opens) + timedelta(minutes=minutes) > datetime.combine(date.min, closes)
    ):
        raise InputError("结束的时间要晚于开始，中间至少够一次见面。")
    row = VisitingHours(0, place_id, weekday, day, opens, closes, minutes, seats)
    for other in visiting.everywhere(session, place_id):
        if other.same_day(row) and _overlap(other, row):
            raise InputError("和已经排好的时间重叠：先删掉原来的那一行。")
    audit.record(session, "visits_changed", actor=actor.id, subject=place_id)
    return visiting.add(session, row)


def remove_hours(session: Session, actor: Staff, row_id: int) -> None:
    """What is booked already stays booked. Raises CaseError."""
    check_allowed(actor, "set_visits")
    if not visiting.remove(session, row_id):
        raise InputError("这一行已经删掉了。")
    audit.record(session, "visits_changed", actor=actor.id)


def _overlap(one: VisitingHours, other: VisitingHours) -> bool:
    if not (one.opens and one.closes and other.opens and other.closes):
        return True
    return one.opens < other.closes and other.opens < one.closes


def _remind_on(session: Session, day: date) -> date | None:
    """The day before, if that is still to come."""
    before = day - timedelta(days=1)
    return before if before > session.now.astimezone(SHANGHAI).date() else None


def _code(session: Session, case: Case) -> str:
    return matters.sealed(session, case.id).code
