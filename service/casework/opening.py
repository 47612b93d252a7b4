"""A case begins: an intake becomes a row in the queue, linked to its conversation; or a wish that leaves no trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import insert, select, update

from cases import codes, conversations, events, matters, parties, people
from cases.database import Session
from cases.ids import new_id
from cases.schema import cases, messages, traceless
from cases.schema import conversations as conversation_table
from cases.status import URGENCIES, Kind, Urgency
from service.casework import calling, deadlines, promise


@dataclass(frozen=True)
class Opened:
    """`code`: what the person keeps, LH-7K3M-9Q2P."""

    id: str
    code: str


class DeadlineFound(TypedDict):
    kind: str
    title: str
    start_on: date | None
    last_day: date


def open_case(
    session: Session,
    *,
    conversation_id: str,
    interview_id: str | None,
    topic: str,
    kind: Kind = "lawyer",
    urgency: Urgency,
    reasons: list[dict[str, Any]],
    brief: dict[str, Any],
    opponents: Sequence[str] = (),
    amount: int | None = None,
    people_count: int | None = None,
    street: str | None = None,
    contact: dict[str, Any] | None = None,
    anonymous: bool = False,
    wants_meeting: bool = False,
    deadlines_found: Sequence[DeadlineFound] = (),
) -> Opened:
    """Put a case into the queue; the same interview again gives the same case. What was said so far in the conversation
    belongs to it. Raises ConversationGoneError after erasure."""
    known = session.execute(select(cases.c.id, cases.c.code).where(cases.c.interview_id == interview_id)).first()
    if known and interview_id:
        return Opened(known.id, known.code)
    conversations.ensure(session, conversation_id)
    person_id = session.scalar(select(conversation_table.c.person_id).where(conversation_table.c.id == conversation_id))
    if person_id:
        people.hold(session, person_id)
    opened = Opened(new_id("k_"), fresh_code(session))
    due = promise.due_for(session.now, urgency)
    row = {
        "id": opened.id,
        "code": opened.code,
        "code_lookup": codes.lookup(session, opened.code),
        "person_id": person_id,
        "conversation_id": conversation_id,
        "interview_id": interview_id,
        "status": "queued",
        "kind": kind,
        "topic": topic,
        "urgency": URGENCIES.index(urgency),
        "street": street,
        "reasons": reasons,
        "brief": brief,
        "contact": contact,
        "amount": amount,
        "people": people_count,
        "anonymous": anonymous,
        "wants_meeting": wants_meeting,
        "promised_at": due,
        "promise_due_at": due,
        "spoken_at": session.now,
        "opened_at": session.now,
        "queued_at": session.now,
    }
    session.execute(insert(cases), row)
    _link(session, opened.id, person_id, conversation_id)
    parties.add(session, opened.id, "opponent", opponents)
    parties.add(session, opened.id, "client", [contact["name"]] if contact and contact.get("name") else [])
    for found in deadlines_found:
        deadlines.insert_row(session, opened.id, **found)
    events.record(session, opened.id, "open", actor="person", change=(None, "queued"))
    _call(session, matters.get(session, opened.id))
    return opened


def open_no_trace(session: Session, *, conversation_id: str, wish: str) -> str:
    """Keep a code and a wish; all else goes half an hour after the last message (`traces`). Said again in the same
    conversation, a new code replaces the first."""
    code = fresh_code(session)
    values = {"code_lookup": codes.lookup(session, code), "wish": wish}
    mine = traceless.c.conversation_id == conversation_id
    if session.execute(update(traceless).where(mine).values(**values)).rowcount == 0:
        session.execute(insert(traceless), {**values, "conversation_id": conversation_id, "created_at": session.now})
    return code


def fresh_code(session: Session) -> str:
    """One that nobody has."""
    while True:
        code = codes.new_code()
        lookup = codes.lookup(session, code)
        taken = session.scalar(select(cases.c.id).where(cases.c.code_lookup == lookup))
        if not taken and session.scalar(select(traceless.c.id).where(traceless.c.code_lookup == lookup)) is None:
            return code


def _link(session: Session, case_id: str, person_id: str | None, conversation_id: str) -> None:
    """The words said so far belong to the case, unless they belong to an earlier one; the person speaks of it now."""
    session.execute(
        update(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.case_id.is_(None))
        .values(case_id=case_id)
    )
    here = conversation_table.c.id == conversation_id
    everywhere = (conversation_table.c.person_id == person_id) & (conversation_table.c.status == "open")
    bot = conversation_table.c.owner == "bot"
    spoken = everywhere & bot if person_id else here
    session.execute(update(conversation_table).where(spoken).values(case_id=case_id))


def _call(session: Session, case: matters.Case) -> None:
    if any(reason.get("rule") == "danger" for reason in matters.sealed(session, case.id).reasons):
        calling.call_for_danger(session, case, f"danger:{case.id}")
    key = f"new:{case.id}"
    called = [member.id for member in calling.lawyers_for(session, case.topic)]
    if case.urgency_name == "now":
        called += calling.supervisors(session)
        called += [member.id for member in calling.on_duty(session, session.now)]
    calling.call(session, called, "new_case", key, case_id=case.id)
