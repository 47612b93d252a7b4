"""Progress of scripted interviews, kept as rows, so that pausing, another day and another channel work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Select, insert, or_, select, update

from cases import conversations
from cases.database import Session
from cases.ids import new_id
from cases.schema import conversations as conversation_table
from cases.schema import interviews

Status = Literal["open", "paused", "done", "dropped"]
LIVE = ("open", "paused")


@dataclass
class Interview:
    """`position`: id of the question asked next, None before the first and after the last. `last_message_id`: the message that
    brought the newest answers."""

    id: str
    conversation_id: str
    script_id: str
    script_version: str
    answers: dict[str, Any] = field(default_factory=dict)
    position: str | None = None
    status: Status = "open"
    last_message_id: str | None = None


_COLUMNS = (
    interviews.c.id,
    interviews.c.conversation_id,
    interviews.c.script_id,
    interviews.c.script_version,
    interviews.c.answers,
    interviews.c.position,
    interviews.c.status,
    interviews.c.last_message_id,
)


def open_interview(session: Session, *, conversation_id: str, script_id: str, script_version: str) -> Interview:
    """Begin an interview; an open one of the same person is paused, not lost.

    An action that runs again must not begin twice: a fresh one of the same script and version, nothing answered yet,
    is returned as it is. Raises ConversationGoneError after erasure.
    """
    conversations.ensure(session, conversation_id)
    known = current_interview(session, conversation_id)
    if known and known.status == "open":
        if (known.script_id, known.script_version, known.answers) == (script_id, script_version, {}):
            return known
        session.execute(update(interviews).where(interviews.c.id == known.id).values(status="paused"))
    person_id = session.scalar(select(conversation_table.c.person_id).where(conversation_table.c.id == conversation_id))
    interview = Interview(new_id("i_"), conversation_id, script_id, str(script_version))
    session.execute(
        insert(interviews),
        {
            "id": interview.id,
            "person_id": person_id,
            "conversation_id": conversation_id,
            "script_id": script_id,
            "script_version": interview.script_version,
            "answers": {},
            "status": "open",
            "created_at": session.now,
            "updated_at": session.now,
        },
    )
    return interview


def current_interview(session: Session, conversation_id: str) -> Interview | None:
    """The newest open one, else the newest paused one, over all conversations of the same person."""
    row = session.execute(_live(conversation_id).limit(1)).first()
    return _interview(row) if row else None


def put_off(session: Session, conversation_id: str, script_id: str) -> Interview | None:
    """The newest unfinished interview of this script, over all conversations of the same person."""
    row = session.execute(_live(conversation_id).where(interviews.c.script_id == script_id).limit(1)).first()
    return _interview(row) if row else None


def answered(session: Session, conversation_id: str) -> dict[str, dict[str, Any]]:
    """What this person answered in finished interviews: script id -> answers, of each script the newest."""
    person = select(conversation_table.c.person_id).where(conversation_table.c.id == conversation_id).scalar_subquery()
    rows = session.execute(
        select(interviews.c.script_id, interviews.c.answers)
        .where(or_(interviews.c.conversation_id == conversation_id, interviews.c.person_id == person))
        .where(interviews.c.status == "done")
        .order_by(interviews.c.seq)
    )
    return {row.script_id: row.answers for row in rows}


def of_conversation(session: Session, conversation_id: str) -> list[Interview]:
    """Every interview of this conversation, finished ones too, oldest first."""
    rows = session.execute(
        select(*_COLUMNS).where(interviews.c.conversation_id == conversation_id).order_by(interviews.c.seq)
    )
    return [_interview(row) for row in rows]


def ended_by(session: Session, conversation_id: str, message_id: str) -> Interview | None:
    """The interview of this conversation that this message finished or put off: a turn that runs again, after its first run
    died between that and the result, goes on from there."""
    row = session.execute(
        select(*_COLUMNS)
        .where(interviews.c.conversation_id == conversation_id, interviews.c.last_message_id == message_id)
        .where(interviews.c.status.in_(("done", "paused")))
        .order_by(interviews.c.seq.desc())
        .limit(1)
    ).first()
    return _interview(row) if row else None


def get_interview(session: Session, interview_id: str) -> Interview | None:
    row = session.execute(select(*_COLUMNS).where(interviews.c.id == interview_id)).first()
    return _interview(row) if row else None


def save_interview(session: Session, interview: Interview, *, message_id: str) -> Interview:
    """Keep the progress this message brought and return what is stored. One message counts once: when it has been
    recorded already, the stored row comes back unchanged. Raises LookupError when the interview was erased."""
    statement = (
        update(interviews)
        .where(interviews.c.id == interview.id)
        .where(or_(interviews.c.last_message_id.is_(None), interviews.c.last_message_id != message_id))
        .values(
            answers=interview.answers,
            position=interview.position,
            status=interview.status,
            last_message_id=message_id,
            updated_at=session.now,
        )
    )
    if session.execute(statement).rowcount == 1:
        interview.last_message_id = message_id
        return interview
    stored = get_interview(session, interview.id)
    if stored is None:
        raise LookupError("no such interview")
    return stored


def _live(conversation_id: str) -> Select[Any]:
    person = select(conversation_table.c.person_id).where(conversation_table.c.id == conversation_id).scalar_subquery()
    return (
        select(*_COLUMNS)
        .where(or_(interviews.c.conversation_id == conversation_id, interviews.c.person_id == person))
        .where(interviews.c.status.in_(LIVE))
        .order_by(interviews.c.status, interviews.c.seq.desc())  # "open" sorts before "paused"
    )


def _interview(row: Any) -> Interview:
    return Interview(*row)
