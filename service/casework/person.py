"""The person's side of a case: where it is, words that reach the lawyer, ending, withdrawing, reopening, rating."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from cases import events, matters, staff
from cases.database import Session
from cases.errors import InputError
from cases.matters import Case
from cases.schema import conversations as conversation_table
from cases.schema import messages, ratings
from cases.status import LIVE, SILENT, Status
from service.casework import calling
from service.casework.moving import set_status
from service.casework.parting import owner_in
from service.casework.promise import Promise, due_for, promise, queue_place


@dataclass(frozen=True)
class CaseState:
    """What its person may know. `since`: when this status began; `place`: number in the queue."""

    id: str
    code: str
    status: Status
    topic: str
    since: datetime
    place: int | None
    promise: Promise | None
    owner_name: str | None


def person_said(session: Session, message_id: str) -> None:
    """A person's message was stored: if a case is spoken of there, its lawyer has something new. Nothing otherwise."""
    row = session.execute(
        select(messages.c.case_id, messages.c.conversation_id, messages.c.seq).where(messages.c.id == message_id)
    ).first()
    if row is None or row.case_id is None:
        return
    case = matters.hold(session, row.case_id)
    matters.touch(session, case.id, unread=case.unread + 1, spoken_at=session.now, conversation_id=row.conversation_id)
    case = matters.get(session, case.id)
    if case.status == "waiting":
        set_status(session, case, "speak", by="person", actor="person")
    if case.status in SILENT and case.unread == 1:
        calling.call(session, calling.owners(case), "spoke", f"spoke:{case.id}:{row.seq}", case_id=case.id)


def danger(session: Session, message_id: str) -> bool | None:
    """A safety card was said to this message. If it belongs to a case, its lawyers, the one on duty and the supervisors are
    called. True: somebody can be expected to see it now; False: nobody, say so plainly; None: no case."""
    case_id = session.scalar(select(messages.c.case_id).where(messages.c.id == message_id))
    if case_id is None:
        return None
    case = matters.hold(session, case_id)
    events.record(session, case.id, "danger", actor="person")
    if case.urgency:
        matters.touch(session, case.id, urgency=0)
    return calling.call_for_danger(session, case, f"danger:{message_id}")


def state(session: Session, case: Case) -> CaseState:
    since = {"queued": case.queued_at, "assigned": case.assigned_at, "active": case.first_reply_at,
             "resolved": case.resolved_at, "closed": case.closed_at, "withdrawn": case.closed_at}.get(case.status)  # fmt: skip
    names = staff.names(session, [case.owner_id])
    return CaseState(
        id=case.id,
        code=matters.sealed(session, case.id).code,
        status=case.status,
        topic=case.topic,
        since=since or case.opened_at,
        place=queue_place(session, case.id),
        promise=promise(session, case.id) if case.status in ("queued", "assigned") else None,
        owner_name=names.get(case.owner_id or "") if case.status in SILENT else None,
    )


def live_cases(session: Session, person_id: str) -> list[CaseState]:
    """The one last spoken in first."""
    return [state(session, case) for case in matters.live_of(session, person_id)]


def speaking_case(session: Session, person_id: str) -> CaseState | None:
    """The live case last spoken in."""
    live = matters.live_of(session, person_id)
    return state(session, live[0]) if live else None


def case_by_code(session: Session, code: str) -> CaseState | None:
    """However the code is typed. Slowing down who guesses is the caller's."""
    case = matters.by_code(session, code)
    return state(session, case) if case else None


def case_of_person(session: Session, case_id: str, person_id: str) -> CaseState | None:
    """The case if it is this person's; None otherwise, whether it exists or not."""
    case = matters.find(session, case_id)
    return state(session, case) if case and case.person_id == person_id else None


def speak_in(session: Session, conversation_id: str, case_id: str) -> None:
    """The person goes on with this one of their live cases in this conversation. Raises CaseError."""
    case = matters.hold(session, case_id)
    here = conversation_table.c.id == conversation_id
    person_id = session.scalar(select(conversation_table.c.person_id).where(here))
    if case.person_id is None or case.person_id != person_id or case.status not in LIVE:
        raise InputError("这个案件现在不能接着说。")
    session.execute(update(conversation_table).where(here).values(case_id=case.id, owner=owner_in(case)))
    matters.touch(session, case.id, spoken_at=session.now, conversation_id=conversation_id)


def person_ends(session: Session, case_id: str) -> Case:
    """“结束人工”: the bot speaks again. Raises CaseError."""
    case = matters.hold(session, case_id)
    moved = set_status(session, case, "end", by="person", actor="person")
    calling.call(session, calling.owners(case), "ended", f"ended:{case.id}:{moved.version}", case_id=case.id)
    return moved


def withdraw(session: Session, case_id: str) -> Case:
    """The person takes the case back. Raises CaseError."""
    case = matters.hold(session, case_id)
    moved = set_status(session, case, "withdraw", by="person", actor="person")
    calling.call(session, calling.owners(case), "withdrawn", f"withdrawn:{case.id}:{moved.version}", case_id=case.id)
    return moved


def person_reopens(session: Session, case_id: str) -> Case:
    """“重新打开案件”: back into the queue with a new promise; who had it hears of it. Raises CaseError."""
    case = matters.hold(session, case_id)
    due = due_for(session.now, case.urgency_name)
    moved = set_status(session, case, "reopen", by="person", actor="person", promise_due_at=due)
    called = calling.owners_here(session, case) or [one.id for one in calling.lawyers_for(session, case.topic)]
    calling.call(session, called, "reopened", f"reopened:{case.id}:{moved.version}", case_id=case.id)
    return moved


def rate(session: Session, case_id: str, stars: int, comment: str | None = None) -> None:
    """One opinion a case, the last one counts (a comment stays unless a new one comes). Raises CaseError."""
    case = matters.hold(session, case_id)
    if not 1 <= stars <= 5 or case.status not in ("resolved", "closed"):
        raise InputError("办结以后可以打 1 到 5 星。")
    values = {"stars": stars, "created_at": session.now} | ({"comment": comment} if comment else {})
    if session.execute(update(ratings).where(ratings.c.case_id == case_id).values(**values)).rowcount == 0:
        session.execute(insert(ratings), {"case_id": case_id, "comment": comment, **values})
    events.record(session, case_id, "rated", actor="person")
