"""Both sides of a case as keyed hashes, and the conflicts of interest they show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

from sqlalchemy import insert, or_, select

from cases import staff
from cases.database import Session
from cases.schema import case_parties, cases

Side = Literal["client", "opponent"]
_FORMS = re.compile(r"(股份有限公司|有限责任公司|有限公司|\(有限合伙\)|合伙企业|公司)$")


def plain_name(name: str) -> str:
    """A name as it is compared: no spaces or marks, full width and case folded, without the legal form at its end."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    bare = re.sub(r"[\s·•.,，。、（）()《》“”\"'-]+", "", folded)
    return _FORMS.sub("", bare) or bare


def add(session: Session, case_id: str, side: Side, names: Iterable[str]) -> None:
    """Names of one side; the same one twice is kept once."""
    known = {
        row.lookup
        for row in session.execute(
            select(case_parties.c.lookup).where(case_parties.c.case_id == case_id, case_parties.c.side == side)
        )
    }
    for name in names:
        plain = plain_name(name)
        lookup = session.keys.lookup("party", plain)
        if plain and lookup not in known:
            known.add(lookup)
            session.execute(
                insert(case_parties), {"case_id": case_id, "side": side, "lookup": lookup, "name": name.strip()}
            )


def of_case(session: Session, case_id: str) -> list[tuple[Side, str]]:
    rows = session.execute(
        select(case_parties.c.side, case_parties.c.name)
        .where(case_parties.c.case_id == case_id)
        .order_by(case_parties.c.id)
    )
    return [(row.side, row.name) for row in rows]


def in_conflict(session: Session, case_id: str, member: staff.Staff) -> bool:
    """Whether the member or their firm has a case, also an ended one, in which a party of this case stands on the other side."""
    ours = staff.same_firm(session, member)
    mine, theirs = case_parties.alias(), case_parties.alias()
    statement = (
        select(theirs.c.id)
        .join(mine, (mine.c.lookup == theirs.c.lookup) & (mine.c.side != theirs.c.side))
        .join(cases, cases.c.id == theirs.c.case_id)
        .where(mine.c.case_id == case_id, theirs.c.case_id != case_id)
        .where(or_(cases.c.owner_id.in_(ours), cases.c.second_id.in_(ours)))
        .limit(1)
    )
    return session.scalar(statement) is not None
