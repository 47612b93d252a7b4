"""What an interview made for a person (the report of a check-up, a document): kept so that a link opens it and the next
check-up can be compared with the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, or_, select

from cases import conversations
from cases.database import Session
from cases.ids import new_id
from cases.schema import conversations as conversation_table
from cases.schema import interviews, reports


@dataclass(frozen=True)
class StoredReport:
    id: str
    interview_id: str
    body: dict[str, Any]


_COLUMNS = (reports.c.id, reports.c.interview_id, reports.c.body)


def save_report(session: Session, *, conversation_id: str, interview_id: str, body: dict[str, Any]) -> StoredReport:
    """Keep the report of an interview; said again, the first one stands. Raises ConversationGoneError after erasure."""
    row = session.execute(select(*_COLUMNS).where(reports.c.interview_id == interview_id)).first()
    if row:
        return _stored(row)
    conversations.ensure(session, conversation_id)
    person_id = session.scalar(select(conversation_table.c.person_id).where(conversation_table.c.id == conversation_id))
    stored = StoredReport(new_id("r_"), interview_id, body)
    session.execute(
        insert(reports),
        {
            "id": stored.id,
            "person_id": person_id,
            "conversation_id": conversation_id,
            "interview_id": interview_id,
            "body": body,
            "created_at": session.now,
        },
    )
    return stored


def get_report(session: Session, report_id: str) -> StoredReport | None:
    row = session.execute(select(*_COLUMNS).where(reports.c.id == report_id)).first()
    return _stored(row) if row else None


def last_report(session: Session, conversation_id: str, script_id: str, *, but: str = "") -> StoredReport | None:
    """The newest of this person from this script, over all their conversations, but not the one of interview `but`."""
    person = select(conversation_table.c.person_id).where(conversation_table.c.id == conversation_id).scalar_subquery()
    row = session.execute(
        select(*_COLUMNS)
        .join(interviews, interviews.c.id == reports.c.interview_id)
        .where(interviews.c.script_id == script_id)
        .where(or_(reports.c.conversation_id == conversation_id, reports.c.person_id == person))
        .where(reports.c.interview_id != but)
        .order_by(reports.c.seq.desc())
        .limit(1)
    ).first()
    return _stored(row) if row else None


def _stored(row: Any) -> StoredReport:
    return StoredReport(*row)
