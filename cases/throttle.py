"""Slows down guessing: failures counted per key (a login, an address), in the database, so that all processes count
together and a restart forgives nothing. Keys are kept as keyed hashes."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from cases.database import Session
from cases.schema import sign_in_failures

FREE = 5  # failures without a wait
LONGEST = timedelta(minutes=15)
FORGET = timedelta(hours=24)


def wait(session: Session, key: str) -> int:
    """Seconds until the next try is looked at; 0: now."""
    until: datetime | None = session.scalar(
        select(sign_in_failures.c.until).where(sign_in_failures.c.lookup == session.keys.lookup("sign-in", key))
    )
    return max(0, math.ceil((until - session.now).total_seconds())) if until else 0


def failed(session: Session, key: str, *, free: int = FREE) -> None:
    """Count a failure: after `free` of them each next one doubles the wait, from 2 seconds to 15 minutes."""
    lookup = session.keys.lookup("sign-in", key)
    known = session.scalar(select(sign_in_failures.c.failures).where(sign_in_failures.c.lookup == lookup))
    failures = (known or 0) + 1
    pause = min(LONGEST, timedelta(seconds=2 ** min(failures - free, 12))) if failures > free else timedelta()
    values = {"failures": failures, "until": session.now + pause, "at": session.now}
    if known is None:
        session.execute(insert(sign_in_failures), {"lookup": lookup, **values})
    else:
        session.execute(update(sign_in_failures).where(sign_in_failures.c.lookup == lookup).values(**values))


def clear(session: Session, key: str) -> None:
    session.execute(delete(sign_in_failures).where(sign_in_failures.c.lookup == session.keys.lookup("sign-in", key)))


def prune(session: Session) -> int:
    """Forget failures of a day ago; returns how many keys."""
    return session.execute(delete(sign_in_failures).where(sign_in_failures.c.at <= session.now - FORGET)).rowcount
