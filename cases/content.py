"""Content written at the desk: drafts, each change naming the version it saw, and what was published, every version kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, update

from cases.database import Session
from cases.errors import CaseError
from cases.ids import new_id
from cases.schema import content_drafts, content_entries

Origin = Literal["gap", "answer", "faq", "new"]
DraftStatus = Literal["draft", "review", "published", "dropped"]


class StaleDraftError(CaseError):
    def __init__(self) -> None:
        super().__init__("这份草稿刚被别人改过，您刚才的改动没有保存。请先复制自己写的，再刷新页面。")


@dataclass(frozen=True)
class Draft:
    """`body`: the FAQ as it would stand in the YAML; `remark`: what the reader wants changed."""

    id: str
    faq_id: str
    origin: Origin
    body: dict[str, Any]
    status: DraftStatus
    author_id: str
    reader_id: str | None
    remark: str | None
    version: int
    updated_at: datetime


@dataclass(frozen=True)
class Entry:
    """One published version of a FAQ; `review` as in the ledger: author, reader, on, content, articles."""

    version: int
    faq_id: str
    body: dict[str, Any]
    review: dict[str, Any]


_COLUMNS = tuple(content_drafts.c[field.name] for field in fields(Draft))


def create(session: Session, *, faq_id: str, origin: Origin, body: dict[str, Any], author_id: str) -> str:
    """A new draft; returns its id."""
    id_ = new_id("d_")
    row = {
        "id": id_,
        "faq_id": faq_id,
        "origin": origin,
        "body": body,
        "status": "draft",
        "author_id": author_id,
        "version": 1,
        "created_at": session.now,
        "updated_at": session.now,
    }
    session.execute(insert(content_drafts), row)
    return id_


def draft(session: Session, draft_id: str) -> Draft | None:
    row: Any = session.execute(select(*_COLUMNS).where(content_drafts.c.id == draft_id)).first()
    return Draft(*row) if row else None


def drafts(session: Session, statuses: Sequence[DraftStatus] = ("draft", "review")) -> list[Draft]:
    """Latest changed first."""
    rows: Any = session.execute(
        select(*_COLUMNS)
        .where(content_drafts.c.status.in_(statuses))
        .order_by(content_drafts.c.updated_at.desc(), content_drafts.c.seq.desc())
    )
    return [Draft(*row) for row in rows]


def change(session: Session, draft_id: str, version: int, **values: Any) -> None:
    """Raises StaleDraftError when `version` is not the newest any more."""
    statement = update(content_drafts).where(content_drafts.c.id == draft_id, content_drafts.c.version == version)
    values = {**values, "version": version + 1, "updated_at": session.now}
    if session.execute(statement.values(**values)).rowcount != 1:
        raise StaleDraftError


def publish(session: Session, *, faq_id: str, body: dict[str, Any], review: dict[str, Any]) -> int:
    """Keep a new version; returns its number, which is the version of the whole content from now on."""
    row = {"faq_id": faq_id, "body": body, "review": review, "published_at": session.now}
    key = session.execute(insert(content_entries), row).inserted_primary_key
    assert key is not None
    return int(key[0])


def version(session: Session) -> int:
    """Grows with each publication; 0: nothing was published."""
    return int(session.scalar(select(func.max(content_entries.c.version))) or 0)


def published(session: Session) -> list[Entry]:
    """The newest version of each published FAQ."""
    newest = select(func.max(content_entries.c.version)).group_by(content_entries.c.faq_id)
    rows: Any = session.execute(
        select(content_entries.c.version, content_entries.c.faq_id, content_entries.c.body, content_entries.c.review)
        .where(content_entries.c.version.in_(newest))
        .order_by(content_entries.c.version)
    )
    return [Entry(*row) for row in rows]
