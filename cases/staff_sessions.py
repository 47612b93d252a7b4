"""Sessions of staff: a random token in the browser, its hash here. They end when idle, after a day, or by hand."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from cases.database import Session
from cases.schema import staff, staff_sessions, used_codes

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)  # a look at the desk is not a write each time


@dataclass(frozen=True)
class SignedIn:
    """Who acts: `token_hash` names the session (never the token), `csrf` guards its plain forms."""

    staff_id: str
    login: str
    name: str
    role: str
    firm: str
    csrf: str
    token_hash: str
    seen_at: datetime

    def stale(self, now: datetime) -> bool:
        """Whether it is time to note that the session is in use."""
        return self.seen_at <= now - TOUCH_EVERY


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def start(session: Session, staff_id: str) -> str:
    """A new session; returns the token, which is kept nowhere on our side."""
    token = secrets.token_urlsafe(32)
    row = {
        "token_hash": hash_of(token),
        "staff_id": staff_id,
        "csrf": secrets.token_urlsafe(24),
        "created_at": session.now,
        "seen_at": session.now,
    }
    session.execute(insert(staff_sessions), row)
    return token


def find(session: Session, token_hash: str) -> SignedIn | None:
    """The living session of an active member of staff; None when it is unknown, over, or the account is shut."""
    row: Any = session.execute(
        select(
            staff.c.id, staff.c.login, staff.c.name, staff.c.role, staff.c.firm, staff_sessions.c.csrf,
            staff_sessions.c.token_hash, staff_sessions.c.seen_at,
        )
        .join(staff, staff.c.id == staff_sessions.c.staff_id)
        .where(staff_sessions.c.token_hash == token_hash, staff.c.active.is_(True))
        .where(staff_sessions.c.seen_at > session.now - IDLE)
        .where(staff_sessions.c.created_at > session.now - ABSOLUTE)
    ).first()  # fmt: skip
    if row is None:
        return None
    id_, login, name, role, firm, csrf, hash_, seen_at = row
    return SignedIn(id_, login, name, role, firm or "", csrf, hash_, seen_at)


def touch(session: Session, *token_hashes: str) -> None:
    """They are in use now."""
    mine = staff_sessions.c.token_hash.in_(token_hashes)
    session.execute(update(staff_sessions).where(mine).values(seen_at=session.now))


def end(session: Session, token_hash: str) -> None:
    session.execute(delete(staff_sessions).where(staff_sessions.c.token_hash == token_hash))


def end_all(session: Session, staff_id: str, *, but: str | None = None) -> None:
    """Sign a member of staff out everywhere; `but`: the hash of the one session that stays."""
    session.execute(
        delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id, staff_sessions.c.token_hash != (but or ""))
    )


def prune(session: Session) -> int:
    """Remove what is over; returns how many."""
    over = or_(staff_sessions.c.seen_at <= session.now - IDLE, staff_sessions.c.created_at <= session.now - ABSOLUTE)
    return session.execute(delete(staff_sessions).where(over)).rowcount


def use_code(session: Session, staff_id: str, step: int) -> bool:
    """Note that the one-time code of this time step was used; False when it, or a later one, was used before."""
    latest = session.scalar(select(used_codes.c.step).where(used_codes.c.staff_id == staff_id))
    if latest is not None and latest >= step:
        return False
    session.execute(delete(used_codes).where(used_codes.c.staff_id == staff_id))
    session.execute(insert(used_codes), {"staff_id": staff_id, "step": step})
    return True
