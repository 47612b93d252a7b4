"""Addresses of a joint claim: the page to join at, which the code opens, and each member's own page, which a signature opens."""

from __future__ import annotations

import hmac

from cases.database import Session

JOIN, MINE = "/group/join/", "/group/mine/"


def join_path(code: str) -> str:
    return JOIN + code


def mine_path(session: Session, member_id: str) -> str:
    return MINE + token(session, member_id)


def token(session: Session, member_id: str) -> str:
    """Whoever holds it is that member."""
    return f"{member_id}-{session.keys.lookup('group_page', member_id).hex()[:32]}"


def read(session: Session, given: str) -> str | None:
    """The member's id; None when the token is not ours."""
    member_id, _, _ = given.rpartition("-")
    return member_id if member_id and hmac.compare_digest(token(session, member_id).encode(), given.encode()) else None
