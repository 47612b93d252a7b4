"""Jobs: work for later (delete a tracker, a reminder, an alert), each a row done by one worker at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from cases import leased
from cases.database import Session
from cases.schema import jobs


@dataclass(frozen=True)
class Job:
    id: int
    kind: str
    key: str
    body: dict[str, Any]
    attempts: int


def put(session: Session, kind: str, key: str, body: dict[str, Any], *, not_before: datetime | None = None) -> None:
    """Plan a job. One with the same kind and key that still waits stands as it is."""
    if session.scalar(select(jobs.c.id).where(jobs.c.kind == kind, jobs.c.key == key)) is None:
        row = {"kind": kind, "key": key, "body": body, "created_at": session.now}
        session.execute(insert(jobs), {**row, "not_before": not_before or session.now})


def take(session: Session, kinds: list[str], *, owner: str, seconds: float, limit: int = 20) -> list[Job]:
    """Due jobs of these kinds, held by `owner` for `seconds`; work outside the transaction, then `done` or `retry`."""
    rows = leased.take(session, jobs, jobs.c.kind.in_(kinds), owner=owner, seconds=seconds, limit=limit)
    return [Job(row.id, row.kind, row.key, row.body, row.attempts + 1) for row in rows]


def any_due(session: Session, kinds: list[str]) -> bool:
    """Whether `take` would find something; a read, for workers that look often."""
    due = select(jobs.c.id).where(jobs.c.kind.in_(kinds), jobs.c.not_before <= session.now).limit(1)
    return session.scalar(due) is not None


def done(session: Session, job_id: int, *, owner: str) -> bool:
    """Finished: the row goes. False when the lease was lost."""
    return session.execute(delete(jobs).where(jobs.c.id == job_id, jobs.c.owner == owner)).rowcount == 1


def retry(session: Session, job_id: int, *, owner: str, wait: timedelta) -> bool:
    """Not finished: again after `wait`. False when the lease was lost."""
    return leased.retry(session, jobs, job_id, owner=owner, wait=wait)
