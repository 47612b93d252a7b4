"""Outbox: what must be delivered to a person who is not waiting for it. Rows are put in the transaction that made them
necessary and delivered by the worker, with retries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from cases import leased
from cases.database import Session
from cases.schema import outbox


@dataclass(frozen=True)
class Parcel:
    id: int
    person_id: str
    target: str
    key: str
    body: dict[str, Any]
    attempts: int


def put(
    session: Session, *, person_id: str, target: str, key: str, body: dict[str, Any], wait: timedelta = timedelta(0)
) -> None:
    """Queue for delivery by the channel `target`. Under a `key` put before, nothing happens.

    `wait`: how long a channel that may still answer directly has the word; it marks the parcel sent when it did.
    """
    if session.scalar(select(outbox.c.id).where(outbox.c.key == key)) is None:
        row = {"person_id": person_id, "target": target, "key": key, "body": body}
        session.execute(insert(outbox), {**row, "not_before": session.now + wait, "created_at": session.now})


def take(session: Session, target: str, *, owner: str, seconds: float, limit: int = 20) -> list[Parcel]:
    """Due parcels of a channel, held by `owner` for `seconds`: deliver outside the transaction, `sent` or `retry`."""
    condition = (outbox.c.target == target) & outbox.c.sent_at.is_(None)
    rows = leased.take(session, outbox, condition, owner=owner, seconds=seconds, limit=limit)
    return [Parcel(row.id, row.person_id, row.target, row.key, row.body, row.attempts + 1) for row in rows]


def sent(session: Session, parcel_id: int, *, owner: str) -> bool:
    """Delivered: the contents go, the key stays. False when the lease was lost (perhaps sent twice: log it)."""
    statement = (
        update(outbox)
        .where(outbox.c.id == parcel_id, outbox.c.owner == owner)
        .values(sent_at=session.now, body=None, owner=None, until=None)
    )
    return session.execute(statement).rowcount == 1


def retry(session: Session, parcel_id: int, *, owner: str, wait: timedelta) -> bool:
    """Not delivered: again after `wait`. False when the lease was lost."""
    return leased.retry(session, outbox, parcel_id, owner=owner, wait=wait)
