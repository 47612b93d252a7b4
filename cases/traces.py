"""Who wants to leave no trace: half an hour after their last message nothing is left but the code and the wish."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from cases import audit, erasure, jobs, leases
from cases.database import Session
from cases.schema import cards, cases, conversations, feedback, interviews, messages, outbox, reports, traceless

KEPT = timedelta(minutes=30)


def due(session: Session, limit: int = 50) -> list[str]:
    """Ids of conversations to be removed now."""
    last = (
        select(func.max(messages.c.created_at)).where(messages.c.conversation_id == traceless.c.conversation_id)
    ).scalar_subquery()
    rows = session.execute(
        select(traceless.c.conversation_id)
        .where(traceless.c.conversation_id.is_not(None))
        .where(func.coalesce(last, traceless.c.created_at) <= session.now - KEPT)
        .limit(limit)
    )
    return list(rows.scalars())


def remove(session: Session, conversation_id: str) -> bool:
    """Remove the conversation and, when it was all that we knew of the person, the person; False while a turn is under way or
    something was said meanwhile. Afterwards `Database.checkpoint()`."""
    if conversation_id not in due(session, limit=10_000):
        return False
    person_id = session.scalar(select(conversations.c.person_id).where(conversations.c.id == conversation_id))
    if person_id and leases.holder(session, person_id):
        return False
    if person_id and _only_this(session, person_id, conversation_id):
        erasure.erase_person(session, person_id, reason="no_trace")
    else:
        _remove_conversation(session, conversation_id)
    session.execute(
        update(traceless).where(traceless.c.conversation_id == conversation_id).values(conversation_id=None)
    )
    audit.record(session, "traces_removed", actor="system")
    return True


def prune(session: Session, before: datetime) -> int:
    """Codes and wishes older than `before` go too; returns how many."""
    old = traceless.c.created_at < before
    return session.execute(delete(traceless).where(old, traceless.c.conversation_id.is_(None))).rowcount


def _only_this(session: Session, person_id: str, conversation_id: str) -> bool:
    other = select(conversations.c.id).where(
        conversations.c.person_id == person_id, conversations.c.id != conversation_id
    )
    said = select(messages.c.id).where(messages.c.conversation_id.in_(other)).limit(1)
    case = select(cases.c.id).where(cases.c.person_id == person_id).limit(1)
    return session.scalar(said) is None and session.scalar(case) is None


def _remove_conversation(session: Session, conversation_id: str) -> None:
    for table in (cards, messages):
        ids = select(table.c.id).where(table.c.conversation_id == conversation_id)
        session.execute(delete(outbox).where(outbox.c.key.in_(ids)))
    for rows in (feedback, messages, cards, interviews, reports):
        session.execute(delete(rows).where(rows.c.conversation_id == conversation_id))
    session.execute(update(cases).where(cases.c.conversation_id == conversation_id).values(conversation_id=None))
    jobs.put(session, erasure.DELETE_TRACKER, conversation_id, {})
    session.execute(delete(conversations).where(conversations.c.id == conversation_id))
