"""Who wants to come to a lecture: name and contact sealed, gone when they say so, when they are forgotten, or in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from cases.database import Session
from cases.schema import registrations

MOST_A_LECTURE = 2000


@dataclass(frozen=True)
class Registration:
    """`heads`: how many will come."""

    id: str
    lecture_id: str
    name: str
    phone: str
    company: str
    heads: int
    created_at: datetime


class FullError(Exception):
    """So many registered for a lecture that no person did it."""


def register(
    session: Session,
    *,
    id: str,
    lecture_id: str,
    name: str,
    phone: str,
    company: str,
    heads: int,
    person_id: str | None = None,
) -> Registration:
    """Keep it; the same id again changes nothing. Raises FullError."""
    known = find(session, id)
    if known:
        return known
    there = select(func.count()).select_from(registrations).where(registrations.c.lecture_id == lecture_id)
    if (session.scalar(there) or 0) >= MOST_A_LECTURE:
        raise FullError
    row = {
        "id": id,
        "lecture_id": lecture_id,
        "person_id": person_id,
        "body": {"name": name, "phone": phone, "company": company},
        "heads": heads,
        "created_at": session.now,
    }
    session.execute(insert(registrations), row)
    return Registration(id, lecture_id, name, phone, company, heads, session.now)


def find(session: Session, id_: str) -> Registration | None:
    row = session.execute(_ALL.where(registrations.c.id == id_)).first()
    return _read(row) if row else None


def of_lecture(session: Session, lecture_id: str) -> list[Registration]:
    """In order of arrival."""
    rows = session.execute(_ALL.where(registrations.c.lecture_id == lecture_id).order_by(registrations.c.created_at))
    return [_read(row) for row in rows]


def remove(session: Session, id_: str) -> bool:
    """False when there was none."""
    return bool(session.execute(delete(registrations).where(registrations.c.id == id_)).rowcount)


def prune(session: Session, before: datetime) -> int:
    """Remove what was registered before that moment; returns how many."""
    return int(session.execute(delete(registrations).where(registrations.c.created_at < before)).rowcount)


_ALL = select(
    registrations.c.id,
    registrations.c.lecture_id,
    registrations.c.body,
    registrations.c.heads,
    registrations.c.created_at,
)


def _read(row: Any) -> Registration:
    body = row.body
    return Registration(row.id, row.lecture_id, body["name"], body["phone"], body["company"], row.heads, row.created_at)
