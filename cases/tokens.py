"""Passes to other services that all processes share (an access token, a ticket): encrypted, each with its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from cases.database import Session
from cases.schema import tokens


@dataclass(frozen=True)
class Token:
    value: str
    expires_at: datetime


_GET = select(tokens.c.value, tokens.c.expires_at).where(tokens.c.name == bindparam("name"))


def get(session: Session, name: str) -> Token | None:
    """The one kept under this name, expired or not."""
    row = session.execute(_GET, {"name": name}).first()
    return Token(row.value, row.expires_at) if row else None


def put(session: Session, name: str, token: Token) -> None:
    """Keep this one from now on. The caller holds the lease of this name, so two never insert at once."""
    values = {"value": token.value, "expires_at": token.expires_at}
    if session.execute(update(tokens).where(tokens.c.name == name).values(values)).rowcount == 0:
        session.execute(insert(tokens), {"name": name, **values})


def drop(session: Session, name: str) -> None:
    """Forget it."""
    session.execute(delete(tokens).where(tokens.c.name == name))
