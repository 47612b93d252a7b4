"""Rows that wait for a worker (outbox, jobs): taken under a lease, given back or finished by the one who took them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select, update

from cases.database import Session


def take(
    session: Session, table: Table, condition: ColumnElement[bool], *, owner: str, seconds: float, limit: int
) -> list[Any]:
    """Up to `limit` due rows, now held by `owner` for `seconds`, attempt counted. Two workers never get the same row:
    SQLite has one writer at a time, PostgreSQL skips rows another one is taking."""
    statement = (
        select(table)
        .where(condition, table.c.not_before <= session.now)
        .where(or_(table.c.until.is_(None), table.c.until <= session.now))
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.execute(statement))
    if rows:
        session.execute(
            update(table)
            .where(table.c.id.in_([row.id for row in rows]))
            .values(owner=owner, until=session.now + timedelta(seconds=seconds), attempts=table.c.attempts + 1)
        )
    return rows


def retry(session: Session, table: Table, row_id: int, *, owner: str, wait: timedelta) -> bool:
    """Give the row back, to be taken again after `wait`. False when it is not ours any more."""
    statement = (
        update(table)
        .where(table.c.id == row_id, table.c.owner == owner)
        .values(owner=None, until=None, not_before=session.now + wait)
    )
    return session.execute(statement).rowcount == 1
