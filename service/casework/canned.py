"""Canned replies: a lawyer's own and everybody's. {code} and the like stay as they are: the lawyer reads before sending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from cases.database import Session
from cases.errors import InputError
from cases.permissions import check_allowed
from cases.schema import canned
from cases.staff import Staff


@dataclass(frozen=True)
class Canned:
    id: int
    title: str
    text: str
    shared: bool


def canned_for(session: Session, actor: Staff) -> list[Canned]:
    """Their own and everybody's, by title. Raises NotAllowedError."""
    check_allowed(actor, "canned")
    mine = or_(canned.c.staff_id == actor.id, canned.c.staff_id.is_(None))
    rows: Any = session.execute(
        select(canned.c.id, canned.c.title, canned.c.text, canned.c.staff_id.is_(None))
        .where(mine)
        .order_by(canned.c.title)
    )
    return [Canned(id_, title, text, bool(shared)) for id_, title, text, shared in rows]


def save_canned(
    session: Session, actor: Staff, *, title: str, text: str, shared: bool = False, canned_id: int | None = None
) -> int:
    """A new one, or with `canned_id` another text for one. Returns its id. Raises CaseError."""
    check_allowed(actor, "canned_shared" if shared else "canned")
    title, text = title.strip(), text.strip()
    if not title or not text or len(title) > 60 or len(text) > 2000:
        raise InputError("常用语要有标题（最多 60 字）和内容（最多 2000 字）。")
    values = {"title": title, "text": text, "staff_id": None if shared else actor.id}
    if canned_id is not None:
        if session.execute(update(canned).where(_may_change(actor, canned_id)).values(**values)).rowcount != 1:
            raise InputError("没有这条常用语，或者它不是您的。")
        return canned_id
    key = session.execute(insert(canned), {**values, "created_at": session.now}).inserted_primary_key
    assert key is not None
    return int(key[0])


def drop_canned(session: Session, actor: Staff, canned_id: int) -> bool:
    """False when there is none, or it is not theirs to drop. Raises NotAllowedError."""
    check_allowed(actor, "canned")
    return session.execute(delete(canned).where(_may_change(actor, canned_id))).rowcount == 1


def _may_change(actor: Staff, canned_id: int) -> Any:
    mine = canned.c.staff_id == actor.id
    whose = or_(mine, canned.c.staff_id.is_(None)) if actor.role == "supervisor" else mine
    return (canned.c.id == canned_id) & whose
