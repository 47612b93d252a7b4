"""A person's own cases, whatever their status; and codes that stand for no more than a wish."""

from __future__ import annotations

from sqlalchemy import select

from cases import codes
from cases.database import Session
from cases.schema import cases, conversations, traceless
from service import casework
from service.casework import CaseState

MOST = 10


def person_of(session: Session, conversation_id: str) -> str | None:
    """Whose conversation it is; None for a console's, or when it is gone."""
    found: str | None = session.scalar(select(conversations.c.person_id).where(conversations.c.id == conversation_id))
    return found


def cases_of(session: Session, person_id: str) -> list[CaseState]:
    """The last ten, the one last spoken in first."""
    ids = session.execute(
        select(cases.c.id).where(cases.c.person_id == person_id).order_by(cases.c.spoken_at.desc()).limit(MOST)
    ).scalars()
    return [state for case_id in list(ids) if (state := casework.case_of_person(session, case_id, person_id))]


def is_traceless(session: Session, code: str) -> bool:
    """Whether the code was given for a wish that leaves no trace."""
    lookup = codes.lookup(session, code)
    return session.scalar(select(traceless.c.id).where(traceless.c.code_lookup == lookup)) is not None
