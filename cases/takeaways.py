"""What a person takes along from a kiosk: the cards of their conversation under a one-time token, for half an hour. Only the
token opens it; it is deleted by being opened, or in time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from cases.database import Session
from cases.schema import takeaways

KEPT = timedelta(minutes=30)


def keep(session: Session, body: list[dict[str, Any]]) -> tuple[str, datetime]:
    """Hold these lines of a conversation; returns the token and when it is over. The token itself is not stored."""
    token = secrets.token_urlsafe(24)
    until = session.now + KEPT
    session.execute(insert(takeaways), {"id": _name(token), "body": body, "expires_at": until})
    return token, until


def waiting(session: Session, token: str) -> bool:
    """Whether there is something to open."""
    row = session.scalar(select(takeaways.c.expires_at).where(takeaways.c.id == _name(token)))
    return row is not None and row > session.now


def take(session: Session, token: str) -> list[dict[str, Any]] | None:
    """What was kept, deleted by being taken; None when it was taken before, is over or never was."""
    name = _name(token)
    row = session.execute(select(takeaways.c.body, takeaways.c.expires_at).where(takeaways.c.id == name)).first()
    gone = session.execute(delete(takeaways).where(takeaways.c.id == name)).rowcount
    if row is None or not gone or row.expires_at <= session.now:
        return None
    return list(row.body)


def prune(session: Session) -> int:
    """Remove what is over; returns how many."""
    return int(session.execute(delete(takeaways).where(takeaways.c.expires_at <= session.now)).rowcount)


def _name(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
