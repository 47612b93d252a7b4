"""Service points as changed at the desk: every version kept, with who changed it, when, from what, to what."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from cases.database import Session
from cases.errors import CaseError
from cases.schema import place_entries


class StalePlaceError(CaseError):
    def __init__(self) -> None:
        super().__init__("这个服务点刚被别人改过，您的改动没有保存。请先复制自己写的，再刷新页面看清楚。")


@dataclass(frozen=True)
class PlaceEntry:
    """One version of one place. `revision` counts its own versions from 1; `before`: how it stood (None: new)."""

    version: int
    place_id: str
    revision: int
    before: dict[str, Any] | None
    body: dict[str, Any]
    staff_id: str
    created_at: datetime


_COLUMNS = tuple(place_entries.c[field.name] for field in fields(PlaceEntry))


def publish(
    session: Session, place_id: str, *, seen: int, before: dict[str, Any] | None, body: dict[str, Any], staff_id: str
) -> int:
    """Keep a new version; `seen`: the revision the change was made on (0: as in the file). Returns the new revision.
    Raises StalePlaceError when another was faster: of two at once the table takes one."""
    if revision(session, place_id) != seen:
        raise StalePlaceError
    row = {
        "place_id": place_id,
        "revision": seen + 1,
        "before": before,
        "body": body,
        "staff_id": staff_id,
        "created_at": session.now,
    }
    dialect = postgresql if session.is_postgres else sqlite
    statement = dialect.insert(place_entries).values(row).on_conflict_do_nothing().returning(place_entries.c.version)
    if session.execute(statement).first() is None:
        raise StalePlaceError
    return seen + 1


def revision(session: Session, place_id: str) -> int:
    """Of the newest version; 0: never changed at the desk."""
    mine = place_entries.c.place_id == place_id
    return int(session.scalar(select(func.max(place_entries.c.revision)).where(mine)) or 0)


def published(session: Session) -> list[PlaceEntry]:
    """The newest version of each place that was changed here."""
    newest = select(func.max(place_entries.c.version)).group_by(place_entries.c.place_id)
    return _entries(session, select(*_COLUMNS).where(place_entries.c.version.in_(newest)))


def history(session: Session, place_id: str) -> list[PlaceEntry]:
    """All versions of one place, the oldest first."""
    return _entries(session, select(*_COLUMNS).where(place_entries.c.place_id == place_id))


def _entries(session: Session, statement: Any) -> list[PlaceEntry]:
    rows: Any = session.execute(statement.order_by(place_entries.c.version))
    return [PlaceEntry(*row) for row in rows]
