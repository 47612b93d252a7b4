"""A member of the staff leaves: what they hold goes to a successor or back into the queue, so that nobody waits for somebody who
is gone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from cases import events, matters
from cases.database import Session
from cases.errors import ConflictError, InputError
from cases.schema import cases
from cases.staff import Staff
from cases.status import LIVE, SILENT
from service.casework.assigning import check_conflict, hand_to, holder, let_go

REASON = "原来的律师不再办理案件"


@dataclass(frozen=True)
class Left:
    """How many cases went to the successor, and how many into the queue."""

    handed: int
    queued: int


def leave(session: Session, staff_id: str, *, actor: str, successor_id: str | None = None) -> Left:
    """Every case in their hands goes to the successor, or where there is none or a conflict of interest stands against it, into
    the queue; each move is audited under `actor`. As second lawyer they are taken off. Raises InputError for a successor who
    can hold no cases."""
    successor = holder(session, successor_id) if successor_id else None
    if successor and successor.id == staff_id:
        raise InputError("不能交给他自己，请选另一位。")
    owned = (cases.c.owner_id == staff_id) & cases.c.status.in_(sorted(SILENT))
    handed = queued = 0
    for case_id in session.execute(select(cases.c.id).where(owned).order_by(cases.c.seq)).scalars().all():
        case = matters.hold(session, case_id)
        if successor and _fits(session, case, successor):
            hand_to(session, case, successor, actor=actor, reason=REASON)
            handed += 1
        else:
            let_go(session, case, actor=actor, reason=REASON)
            queued += 1
    seconded = (cases.c.second_id == staff_id) & cases.c.status.in_(sorted(LIVE))
    for case_id in session.execute(select(cases.c.id).where(seconded)).scalars().all():
        session.execute(update(cases).where(cases.c.id == case_id).values(second_id=None, version=cases.c.version + 1))
        events.record(session, case_id, "second", actor=actor, reason=REASON)
    return Left(handed, queued)


def _fits(session: Session, case: matters.Case, member: Staff) -> bool:
    try:
        check_conflict(session, case, member)
    except ConflictError:
        return False
    return True
