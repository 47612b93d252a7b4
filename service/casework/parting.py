"""What two cases of one person exchange when one goes into the other."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from cases.conversations import Owner
from cases.database import Session
from cases.matters import Case
from cases.schema import case_parties
from cases.status import SILENT


def owner_in(case: Case) -> Owner:
    """Who has the word in conversations that speak of this case."""
    return "lawyer" if case.status in SILENT else "bot"


def take_over_parties(session: Session, gone: str, stays: str) -> None:
    """The parties of one case become the other's; those it has already are not doubled."""
    theirs, ours = case_parties, case_parties.alias()
    known = select(ours.c.id).where(
        ours.c.case_id == stays, ours.c.side == theirs.c.side, ours.c.lookup == theirs.c.lookup
    )
    session.execute(delete(theirs).where(theirs.c.case_id == gone, known.exists()))
    session.execute(update(theirs).where(theirs.c.case_id == gone).values(case_id=stays))
