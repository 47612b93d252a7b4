"""Leases: who may work on something now. They end by themselves, so a killed process holds nothing for long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cases.database import Session
from cases.schema import leases

_HELD_BY = select(leases.c.owner).where(leases.c.name == bindparam("name"), leases.c.until > bindparam("now"))
_VALUES: dict[str, Any] = {"name": bindparam("name"), "owner": bindparam("owner"), "until": bindparam("until")}


def _upsert(insert: Any) -> Any:
    """Take the row if it is new, expired, or ours already; otherwise touch nothing. One statement, so no race."""
    statement = insert(leases).values(_VALUES)
    # RETURNING, not rowcount: the PostgreSQL driver does not count inserted rows.
    return statement.returning(leases.c.name).on_conflict_do_update(
        index_elements=[leases.c.name],
        set_={"owner": statement.excluded.owner, "until": statement.excluded.until},
        where=or_(leases.c.until <= bindparam("now", type_=leases.c.until.type), leases.c.owner == bindparam("owner")),
    )


_ACQUIRE_SQLITE = _upsert(sqlite.insert)
_ACQUIRE_POSTGRES = _upsert(postgresql.insert)


def acquire(session: Session, name: str, owner: str, seconds: float) -> datetime | None:
    """Hold `name` for `seconds` and return until when; None when someone else holds it. The same owner renews."""
    until = session.now + timedelta(seconds=seconds)
    statement = _ACQUIRE_POSTGRES if session.is_postgres else _ACQUIRE_SQLITE
    parameters = {"name": name, "owner": owner, "until": until, "now": session.now}
    return until if session.execute(statement, parameters).first() is not None else None


def renew(session: Session, name: str, owner: str, seconds: float) -> datetime | None:
    """Hold it longer; None when it is no longer ours (expired and taken, or erased): then stop and write nothing.

    One that ran out but that nobody took is still ours."""
    until = session.now + timedelta(seconds=seconds)
    statement = update(leases).where(leases.c.name == name, leases.c.owner == owner).values(until=until)
    return until if session.execute(statement).rowcount == 1 else None


def release(session: Session, name: str, owner: str) -> None:
    """Let go; nothing happens when it is not ours any more."""
    session.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))


def holder(session: Session, name: str) -> str | None:
    """Who holds it now, or None."""
    found: str | None = session.scalar(_HELD_BY, {"name": name, "now": session.now})
    return found


def prune(session: Session) -> int:
    """Remove what has expired; returns how many."""
    return session.execute(delete(leases).where(leases.c.until <= session.now)).rowcount
