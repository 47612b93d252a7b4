"""Audit: what was done to people's data, by whom, when. No contents, no personal data, no foreign keys."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import insert

from cases.database import Session
from cases.schema import audit

Kind = Literal[
    "person_erased", "consent_given", "consent_withdrawn", "keys_rotated", "owner_changed", "channels_joined"
]


def record(
    session: Session, kind: Kind, *, actor: str, subject: str | None = None, details: dict[str, Any] | None = None
) -> None:
    """`actor`: system, person, or a member of staff; `subject`: the id of a row, never of someone erased."""
    row = {"kind": kind, "actor": actor, "subject": subject, "details": details or {}, "created_at": session.now}
    session.execute(insert(audit), row)
