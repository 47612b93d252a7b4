"""Legal deadlines of a case: who is reminded when, and who saw it. The lawyer at 30, 7, 3 and 1 days; the supervisor at 3 when
the lawyer did not acknowledge; the person at 7 and 1 in words that name no matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update

from cases import alerts, events, matters
from cases.database import Session
from cases.errors import CaseNotFoundError, InputError
from cases.matters import Case
from cases.permissions import check
from cases.schema import case_deadlines, cases
from cases.staff import Staff
from cases.status import LIVE
from service.casework import calling, notices
from service.casework.speaking import say_card
from settings.clock import SHANGHAI

LAWYER_DAYS = (30, 7, 3, 1)
SUPERVISOR_DAYS = 3
PERSON_DAYS = (7, 1)
FRESH_DAYS = 7


@dataclass(frozen=True)
class Deadline:
    id: int
    case_id: str
    kind: str
    title: str
    start_on: date | None
    last_day: date
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    done_at: datetime | None


_COLUMNS = (case_deadlines.c.id, case_deadlines.c.case_id, case_deadlines.c.kind, case_deadlines.c.title,
            case_deadlines.c.start_on, case_deadlines.c.last_day, case_deadlines.c.acknowledged_at,
            case_deadlines.c.acknowledged_by, case_deadlines.c.done_at)  # fmt: skip


def insert_row(
    session: Session, case_id: str, *, kind: str, title: str, last_day: date, start_on: date | None = None
) -> int:
    row = {"case_id": case_id, "kind": kind, "title": title, "start_on": start_on, "last_day": last_day,
           "created_at": session.now}  # fmt: skip
    key = session.execute(insert(case_deadlines), row).inserted_primary_key
    assert key is not None
    return int(key[0])


def add_deadline(
    session: Session, case_id: str, actor: Staff, *, kind: str, title: str, last_day: date, start_on: date | None = None
) -> int:
    """Raises CaseError: not found, not allowed, wrong status, no title."""
    case = matters.hold(session, case_id)
    check(actor, "deadline", case)
    if not title.strip() or (start_on and start_on > last_day):
        raise InputError("期限要有名称，最后一天不能早于起算日。")
    deadline_id = insert_row(session, case_id, kind=kind, title=title.strip(), last_day=last_day, start_on=start_on)
    events.record(session, case_id, "deadline_added", actor=actor.id)
    return deadline_id


def acknowledge_deadline(session: Session, deadline_id: int, actor: Staff) -> None:
    """The lawyer has seen it. Raises CaseError."""
    _settle(session, deadline_id, actor, "deadline_acknowledged", acknowledged_at=session.now, acknowledged_by=actor.id)


def deadline_done(session: Session, deadline_id: int, actor: Staff) -> None:
    """What had to be done in time is done: no more reminders. Raises CaseError."""
    _settle(session, deadline_id, actor, "deadline_done", done_at=session.now)


def of_case(session: Session, case_id: str) -> list[Deadline]:
    rows: Any = session.execute(
        select(*_COLUMNS).where(case_deadlines.c.case_id == case_id).order_by(case_deadlines.c.last_day)
    )
    return [Deadline(*row) for row in rows]


def due_today(session: Session, limit: int) -> list[int]:
    """Ids of deadlines near that nobody looked at today."""
    today = session.now.astimezone(SHANGHAI).date()
    rows = session.execute(
        select(case_deadlines.c.id)
        .join(cases, cases.c.id == case_deadlines.c.case_id)
        .where(case_deadlines.c.last_day >= today, case_deadlines.c.last_day <= today + timedelta(days=LAWYER_DAYS[0]))
        .where(or_(case_deadlines.c.reminded_on.is_(None), case_deadlines.c.reminded_on < today))
        .where(case_deadlines.c.done_at.is_(None), cases.c.status.in_(sorted(LIVE)))
        .order_by(case_deadlines.c.last_day, case_deadlines.c.id)
        .limit(limit)
    )
    return list(rows.scalars())


def remind(session: Session, deadline_id: int) -> bool:
    """Alerts and words due today for one deadline. Each goes out once, also when the worker slept for days (then only the
    nearest one)."""
    today = session.now.astimezone(SHANGHAI).date()
    mine = case_deadlines.c.id == deadline_id
    case_id = session.scalar(select(case_deadlines.c.case_id).where(mine))
    if case_id is None:
        return False
    case = matters.hold(session, case_id)
    row: Any = session.execute(select(*_COLUMNS).where(mine)).one()
    deadline = Deadline(*row)
    if case.status in LIVE and deadline.done_at is None and today <= deadline.last_day:
        _remind(session, case, deadline, (deadline.last_day - today).days)
    session.execute(update(case_deadlines).where(mine).values(reminded_on=today))
    return True


def step(left: int, days: tuple[int, ...]) -> int | None:
    """The smallest of the days that has come: 5 left of (30, 7, 3, 1) is 7."""
    return min((day for day in days if left <= day), default=None)


def _remind(session: Session, case: Case, deadline: Deadline, left: int) -> None:
    lawyer = step(left, LAWYER_DAYS)
    if lawyer is not None:
        called = calling.owners(case) or [member.id for member in calling.lawyers_for(session, case.topic)]
        calling.call(session, called, "deadline", f"deadline:{deadline.id}:{lawyer}", case_id=case.id)
    today = deadline.last_day - timedelta(days=left)
    if left <= SUPERVISOR_DAYS and not acknowledged(deadline, case, today):
        key = f"deadline:{deadline.id}:supervisor"
        calling.call(session, calling.supervisors(session), "deadline_unread", key, case_id=case.id)
    person = step(left, PERSON_DAYS)
    if person is not None:
        day = f"{deadline.last_day.month}月{deadline.last_day.day}日"
        card = notices.deadline_card(matters.sealed(session, case.id).code, day, left)
        say_card(session, case, card, key=f"deadline:{deadline.id}:{person}")


def acknowledged(deadline: Deadline, case: Case, today: date) -> bool:
    """Whether who has the case now has seen it: what somebody before them acknowledged does not count, nor, in the last seven
    days, what was seen before those and is perhaps forgotten."""
    seen = deadline.acknowledged_at
    if seen is None or seen < max(case.queued_at, case.assigned_at or case.queued_at):
        return False
    last_week = deadline.last_day - timedelta(days=FRESH_DAYS)
    return today < last_week or seen.astimezone(SHANGHAI).date() >= last_week


def _settle(session: Session, deadline_id: int, actor: Staff, kind: events.EventKind, **values: Any) -> None:
    case_id = session.scalar(select(case_deadlines.c.case_id).where(case_deadlines.c.id == deadline_id))
    if case_id is None:
        raise CaseNotFoundError
    check(actor, "deadline", matters.hold(session, case_id))
    session.execute(update(case_deadlines).where(case_deadlines.c.id == deadline_id).values(**values))
    alerts.acknowledge_kind(session, case_id, actor.id, "deadline")
    events.record(session, case_id, kind, actor=actor.id)
