"""Receipts of deliveries that are not kept as messages (events, consent, erasure): each is carried out once, and a copy
gets the same answer; and that somebody was shown the consent notice. Only a keyed hash is kept, for a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from cases.database import Session
from cases.schema import receipts

KEPT = timedelta(days=1)


def find(session: Session, channel: str, key: str) -> str | None:
    """The answer given to this delivery before, or None."""
    lookup = session.keys.lookup(f"receipt:{channel}", key)
    found: str | None = session.scalar(
        select(receipts.c.reply).where(receipts.c.channel == channel, receipts.c.lookup == lookup)
    )
    return found


def record(session: Session, channel: str, key: str, reply: str) -> bool:
    """Reserve the delivery in this transaction; False when it was there before (copies may overlap in time)."""
    insert: Any = postgresql.insert if session.is_postgres else sqlite.insert
    row = {
        "channel": channel,
        "lookup": session.keys.lookup(f"receipt:{channel}", key),
        "reply": reply,
        "created_at": session.now,
    }
    statement = insert(receipts).values(row).on_conflict_do_nothing().returning(receipts.c.reply)
    return session.execute(statement).first() is not None


def renew(session: Session, channel: str, key: str, reply: str) -> None:
    """Kept for a day from now on, however often it happens."""
    forget(session, channel, key)
    record(session, channel, key, reply)


def forget(session: Session, channel: str, key: str) -> None:
    lookup = session.keys.lookup(f"receipt:{channel}", key)
    session.execute(delete(receipts).where(receipts.c.channel == channel, receipts.c.lookup == lookup))


def prune(session: Session) -> int:
    """Remove what is older than a day; returns how many."""
    return session.execute(delete(receipts).where(receipts.c.created_at < session.now - KEPT)).rowcount
