"""What a code leads to that somebody brings to the window: their case, or the one wish that was kept without a trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cases import audit, codes, matters
from cases.database import Session
from cases.permissions import check_allowed
from cases.schema import traceless
from cases.staff import Staff


@dataclass(frozen=True)
class Found:
    """`case_id` None: nothing was kept but the wish. Whether the case may be read is asked when it is opened."""

    since: datetime
    case_id: str | None = None
    wish: str = ""


def find_by_code(session: Session, text: str, actor: Staff) -> Found | None:
    """However the code is typed; None for no code or one that nobody has. Reading a wish is audited. Raises NotAllowedError."""
    check_allowed(actor, "see_queue")
    case = matters.by_code(session, text)
    if case:
        return Found(case.opened_at, case.id)
    code = codes.read_code(text)
    if code is None:
        return None
    lookup = codes.lookup(session, code)
    row = session.execute(
        select(traceless.c.id, traceless.c.wish, traceless.c.created_at).where(traceless.c.code_lookup == lookup)
    ).first()
    if row is None:
        return None
    audit.record(session, "wish_read", actor=actor.id, subject=str(row.id))
    return Found(row.created_at, wish=row.wish)
