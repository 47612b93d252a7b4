"""What two cases of one person exchange when one goes into the other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from cases import groups, matters
from cases.conversations import Owner
from cases.database import Session
from cases.errors import InputError
from cases.matters import Case
from cases.schema import case_parties
from cases.schema import groups as group_table
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


def take_over_group(session: Session, gone: str, stays: str) -> None:
    """The joint claim goes along. Raises InputError when each has one: neither list of workers may drop out of sight."""
    if groups.of_case(session, gone) is None:
        return
    if groups.of_case(session, stays):
        raise InputError("两个案件各有一份集体登记，不能合并。")
    session.execute(update(group_table).where(group_table.c.case_id == gone).values(case_id=stays))


def joined_facts(session: Session, gone: Case, stays: Case) -> dict[str, Any]:
    """Columns of the case that stays: the more urgent of the two, the earlier promise, the brief and the reasons of both."""
    theirs, ours = matters.sealed(session, gone.id), matters.sealed(session, stays.id)
    promises = [one.promise_due_at for one in (gone, stays) if one.promise_due_at]
    return {
        "urgency": min(gone.urgency, stays.urgency),
        "promise_due_at": min(promises) if stays.promise_due_at else None,
        "street": stays.street or gone.street,
        "amount": gone.amount if stays.amount is None else stays.amount,
        "people": gone.people if stays.people is None else stays.people,
        "wants_meeting": stays.wants_meeting or gone.wants_meeting,
        "brief": _joined(ours.brief, theirs.brief),
        "reasons": [*ours.reasons, *(reason for reason in theirs.reasons if reason not in ours.reasons)],
    }


def _joined(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """The lines of two briefs, each once; all else as in the one that stays. The other's heading becomes a fact."""
    lists = {key: lines for key, lines in theirs.items() if isinstance(lines, list)}
    heading = {"text": theirs.get("title"), "message_id": theirs.get("title_message_id")}
    if heading["text"] and heading["text"] != ours.get("title"):
        lists["facts"] = [heading, *lists.get("facts", [])]
    more = {key: [line for line in lines if line not in (ours.get(key) or [])] for key, lines in lists.items()}
    return ours | {key: [*(ours.get(key) or []), *lines] for key, lines in more.items()}
