"""Forgetting a person: on their wish, or because they were away longer than we may keep what they told us."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import delete, select

from cases import audit, jobs
from cases.database import Database, Session
from cases.outbox import deliveries
from cases.schema import (
    cards,
    channel_ids,
    consents,
    conversations,
    feedback,
    interviews,
    leases,
    messages,
    outbox,
    people,
    reports,
    windows,
)

DELETE_TRACKER = "delete_tracker"
"""Kind of the job that removes a conversation from Rasa; its key is the conversation id."""

Reason = Literal["wish", "unsubscribed", "retention"]


def erase_person(session: Session, person_id: str, *, reason: Reason = "wish") -> bool:
    """Remove everything of the person; False when there is no such person.

    What stays: an audit row without a name, and a job per conversation that deletes Rasa's tracker (the row goes when
    that is done). After the commit call `Database.checkpoint()`, or use `erase`: until then SQLite's WAL still holds
    old pages.
    """
    if session.scalar(select(people.c.id).where(people.c.id == person_id).with_for_update()) is None:
        return False
    conversation_ids = list(
        session.execute(select(conversations.c.id).where(conversations.c.person_id == person_id)).scalars()
    )
    # A turn under way would bring the tracker back after its deletion: wait until its lease has run out.
    busy_until = session.scalar(select(leases.c.until).where(leases.c.name == person_id))
    for conversation_id in conversation_ids:
        jobs.put(session, DELETE_TRACKER, conversation_id, {}, not_before=busy_until)
    theirs = conversation_ids
    session.execute(delete(outbox).where(outbox.c.person_id == person_id))
    session.execute(delete(feedback).where(feedback.c.conversation_id.in_(theirs)))
    count = session.execute(delete(messages).where(messages.c.person_id == person_id)).rowcount
    session.execute(delete(cards).where(cards.c.conversation_id.in_(theirs)))
    session.execute(delete(interviews).where(interviews.c.conversation_id.in_(theirs)))
    session.execute(delete(reports).where(reports.c.conversation_id.in_(theirs)))
    session.execute(delete(conversations).where(conversations.c.person_id == person_id))
    session.execute(delete(consents).where(consents.c.person_id == person_id))
    session.execute(delete(channel_ids).where(channel_ids.c.person_id == person_id))
    session.execute(delete(windows).where(windows.c.person_id == person_id))
    session.execute(delete(leases).where(leases.c.name.in_((person_id, deliveries(person_id)))))
    session.execute(delete(people).where(people.c.id == person_id))
    actor = "system" if reason == "retention" else "person"
    audit.record(session, "person_erased", actor=actor, details={"reason": reason, "messages": count})
    return True


def erase(database: Database, person_id: str, *, reason: Reason = "wish") -> bool:
    """`erase_person` in a transaction of its own, and then out of the WAL too (should a reader have been in the way,
    the worker empties it later)."""
    with database.write() as session:
        found = erase_person(session, person_id, reason=reason)
    database.checkpoint()
    return found


def people_unseen_since(session: Session, moment: datetime, limit: int = 100) -> list[str]:
    """Ids of people whose last sign of life is older than `moment`."""
    rows = session.execute(select(people.c.id).where(people.c.last_seen_at < moment).limit(limit))
    return list(rows.scalars())
