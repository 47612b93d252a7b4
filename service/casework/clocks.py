"""What happens to cases by time alone. Each step finds what is due and does each in a transaction of its own, under the case's
lock and after looking again: two workers, or one that was killed half-way, never do it twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import Boolean, ColumnElement, literal_column, or_, select

from cases import alerts, erasure, matters
from cases.database import Database, Session
from cases.errors import CaseError
from cases.matters import Case
from cases.schema import LIVE, cases
from service.casework import assigning, calling, deadlines, meetings
from service.casework.moving import set_status
from service.casework.office import office
from service.casework.promise import due_for
from settings import get_settings
from settings.clock import SHANGHAI

REMIND_FROM = 8  # o'clock in Shenzhen: no reminder wakes anybody
BATCH = 200

log = structlog.get_logger("service.clocks")


def run(database: Database) -> int:
    """Everything that is due; returns how many cases it touched."""
    with database.read() as session:
        now = session.now
    soon = office().add(now, get_settings().promise_warn_hours)
    live = literal_column(LIVE.text, Boolean)  # the words of the partial indexes
    promised = live & cases.c.status.in_(("queued", "assigned")) & cases.c.promise_due_at.is_not(None)
    not_warned = or_(cases.c.warned_at.is_(None), cases.c.warned_at < cases.c.promise_due_at)
    closing, keeping = (timedelta(days=days) for days in (get_settings().closing_days, get_settings().case_days))
    ended = cases.c.status.in_(("closed", "withdrawn"))
    steps: list[tuple[ColumnElement[bool], Callable[[Session, Case], bool]]] = [
        (promised & not_warned & (cases.c.promise_due_at <= now), _broken),
        (promised & cases.c.warned_at.is_(None) & (cases.c.promise_due_at <= soon), _near),
        (live & (cases.c.status == "waiting") & (cases.c.waiting_until <= now), _silent),
        ((cases.c.status == "resolved") & (cases.c.resolved_at <= now - closing), _over),
        (ended & or_(cases.c.person_id.is_(None), cases.c.closed_at <= now - keeping), _forget),
    ]
    if get_settings().auto_assign and office().is_open(now):
        steps.append((cases.c.status == "queued", _assign))
    touched = sum(_each(database, condition, step) for condition, step in steps)
    return touched + _escalate(database) + _remind(database)


def escalate(session: Session) -> int:
    """Alerts nobody acknowledged in time go to the supervisors."""
    overdue = alerts.overdue(session)
    alerts.escalated(session, [alert.id for alert in overdue])
    for alert in overdue:
        others = [one for one in calling.supervisors(session) if one != alert.staff_id]
        calling.call(session, others, "escalated", f"escalated:{alert.id}", case_id=alert.case_id)
    return len(overdue)


def _escalate(database: Database) -> int:
    with database.read() as session:
        if not alerts.overdue(session):
            return 0
    with database.write() as session:
        return escalate(session)


def _remind(database: Database) -> int:
    with database.read() as session:
        if session.now.astimezone(SHANGHAI).hour < REMIND_FROM:
            return 0
        due = deadlines.due_today(session, BATCH)
        met = meetings.to_remind(session, BATCH)
    for deadline_id in due:
        with database.write() as session:
            deadlines.remind(session, deadline_id)
    for appointment_id in met:
        with database.write() as session:
            meetings.remind(session, appointment_id)
    return len(due) + len(met)


def _each(database: Database, condition: ColumnElement[bool], step: Callable[[Session, Case], bool]) -> int:
    with database.read() as session:
        ids = session.execute(select(cases.c.id).where(condition).order_by(cases.c.seq).limit(BATCH)).scalars().all()
    done = 0
    for case_id in ids:
        with database.write() as session:
            if session.scalar(select(cases.c.id).where(condition, cases.c.id == case_id)) is None:
                continue
            case = matters.hold(session, case_id)
            # Looked at again under the lock: somebody may have been faster between the two.
            if session.scalar(select(cases.c.id).where(condition, cases.c.id == case_id)) is not None:
                done += _safely(step, session, case)
    return done


def _safely(step: Callable[[Session, Case], bool], session: Session, case: Case) -> bool:
    """One case that does not fit must not stop the clocks of all others."""
    try:
        return step(session, case)
    except CaseError as error:
        log.error("clock_broken", job=case.id, error=type(error).__name__)
        return False


def _near(session: Session, case: Case) -> bool:
    """The promise runs out soon: who has the case hears of it, or who could take it."""
    called = calling.owners(case) or [member.id for member in calling.lawyers_for(session, case.topic)]
    calling.call(session, called, "promise_near", f"near:{case.id}:{case.version}", case_id=case.id)
    matters.touch(session, case.id, warned_at=session.now)
    return True


def _broken(session: Session, case: Case) -> bool:
    """The promise broke: supervisors hear of it; who had the case and said nothing loses it."""
    called = [*calling.owners(case), *calling.supervisors(session)]
    calling.call(session, called, "promise_broken", f"broken:{case.id}:{case.version}", case_id=case.id)
    if case.status == "queued":
        matters.touch(session, case.id, warned_at=session.now, promise_kept=False)
        return True
    set_status(session, case, "lapse", by="system", actor="system", staff_id=case.owner_id,
               promise_due_at=due_for(session.now, case.urgency_name), promise_kept=False)  # fmt: skip
    return True


def _silent(session: Session, case: Case) -> bool:
    set_status(session, case, "expire", by="system", actor="system")
    return True


def _over(session: Session, case: Case) -> bool:
    set_status(session, case, "expire_resolved", by="system", actor="system")
    return True


def _forget(session: Session, case: Case) -> bool:
    """Kept long enough, or its person was erased and the lawyer has done with it."""
    erasure.erase_case(session, case.id, reason="retention")
    return True


def _assign(session: Session, case: Case) -> bool:
    return assigning.auto_assign(session, case.id) is not None
