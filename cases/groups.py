"""Joint claims: one group with a code, its members, each with a sealed line of what they are owed. The group outlives any one
member: who leaves takes their own line along, and the lead passes on."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select, update

from cases import audit
from cases.codes import ALPHABET
from cases.database import Session
from cases.ids import new_id
from cases.schema import cases, conversations, group_members, groups

Status = Literal["open", "closed", "handed"]
Role = Literal["lead", "representative", "member"]
MOST_MEMBERS = 1000
MOST_REPRESENTATIVES = 5
_CODE = re.compile(rf"(?<![A-Z0-9])JT[-\s—–]*([{ALPHABET}]{{4}})[-\s—–]*([{ALPHABET}]{{4}})(?![A-Z0-9])")


class GroupError(Exception):
    """It cannot be done; the message says why and what to do, for people."""


@dataclass(frozen=True)
class Group:
    id: str
    code: str
    employer: str
    status: Status
    case_id: str | None
    created_at: datetime


@dataclass(frozen=True)
class Member:
    """`owed` None: joined, nothing told yet. `own`: the person agreed and told it; else it stands in the table of
    `entered_by`. `tabled`: what that table said before they told it themselves. `shares`: representatives may see the line."""

    id: str
    group_id: str
    person_id: str | None
    role: Role
    own: bool
    shares: bool
    name: str
    months: Decimal | None
    owed: Decimal | None
    period: str
    tabled: Decimal | None
    entered_by: str | None


@dataclass(frozen=True)
class Line:
    """What a worker is owed: months and yuan."""

    name: str
    months: Decimal
    owed: Decimal
    period: str = ""


def code_in(text: str) -> str | None:
    """The group's code in a text, however it was typed (JT-7K3M-9Q2P)."""
    found = _CODE.search(unicodedata.normalize("NFKC", text).upper())
    return f"JT-{found[1]}-{found[2]}" if found else None


def start(session: Session, person_id: str) -> tuple[Group, Member]:
    """A group with this person as lead; who leads one that is not handed over yet gets that one."""
    for member in of_person(session, person_id):
        group = get(session, member.group_id)
        if member.role == "lead" and group.status != "handed":
            return group, member
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    code, id_ = f"JT-{letters[:4]}-{letters[4:]}", new_id("gr_")
    row = {"id": id_, "code": code, "code_lookup": session.keys.lookup("group_code", code), "body": {"employer": ""},
           "status": "open", "case_id": None, "created_at": session.now, "updated_at": session.now}  # fmt: skip
    session.execute(insert(groups), row)
    member = _insert(session, id_, person_id=person_id, role="lead", own=True)
    audit.record(session, "group_opened", actor="person", subject=id_)
    return get(session, id_), member


def get(session: Session, group_id: str) -> Group:
    """Raises LookupError."""
    row = session.execute(select(groups).where(groups.c.id == group_id)).first()
    if row is None:
        raise LookupError(group_id)
    return Group(row.id, row.code, row.body["employer"], row.status, row.case_id, row.created_at)


def by_code(session: Session, code: str) -> Group | None:
    lookup = session.keys.lookup("group_code", code)
    id_ = session.scalar(select(groups.c.id).where(groups.c.code_lookup == lookup))
    return get(session, id_) if id_ else None


def of_case(session: Session, case_id: str) -> Group | None:
    id_ = session.scalar(select(groups.c.id).where(groups.c.case_id == case_id))
    return get(session, id_) if id_ else None


def of_person(session: Session, person_id: str) -> list[Member]:
    """Their memberships, the newest first."""
    mine = select(group_members).where(group_members.c.person_id == person_id)
    return [_read(row) for row in session.execute(mine.order_by(group_members.c.seq.desc()))]


def member(session: Session, member_id: str) -> Member | None:
    row = session.execute(select(group_members).where(group_members.c.id == member_id)).first()
    return _read(row) if row else None


def members(session: Session, group_id: str) -> list[Member]:
    """All, in order of arrival."""
    rows = session.execute(
        select(group_members).where(group_members.c.group_id == group_id).order_by(group_members.c.seq)
    )
    return [_read(row) for row in rows]


def visible(session: Session, viewer: Member) -> list[Member]:
    """The lines a member may see: their own; for lead and representatives also of who agreed to that; for the lead also what
    they pasted themselves and nobody made their own."""
    found = []
    for each in members(session, viewer.group_id):
        shared = viewer.role != "member" and each.own and each.shares
        pasted = not each.own and each.entered_by == viewer.id
        if each.id == viewer.id or shared or pasted:
            found.append(each)
    return found


def join(
    session: Session, group: Group, *, person_id: str | None, shares: bool, member_id: str | None = None
) -> Member:
    """Become a member, who agreed to it; again changes nothing but `shares`. Raises GroupError."""
    known = None
    if person_id:
        known = next((m for m in of_person(session, person_id) if m.group_id == group.id), None)
    elif member_id:
        known = member(session, member_id)
    if known:
        session.execute(update(group_members).where(group_members.c.id == known.id).values(shares=shares))
        return _again(session, known.id)
    _hold(session, group.id)
    _must_be_open(get(session, group.id))
    _must_have_room(session, group.id, 1)
    joined = _insert(session, group.id, person_id=person_id, role="member", own=True, shares=shares, id_=member_id)
    audit.record(session, "group_joined", actor="person", subject=group.id)
    return joined


def tell(session: Session, mine: Member, line: Line) -> Member:
    """Keep what a member is owed, in their own words; a line of that name in the lead's table becomes theirs. Raises GroupError:
    closed, or the name is another member's."""
    _hold(session, mine.group_id)
    _must_be_open(get(session, mine.group_id))
    lookup = _name_lookup(session, mine.group_id, line.name)
    other = _named(session, mine.group_id, lookup)
    tabled = mine.tabled
    if other and other.id != mine.id:
        if other.own:
            raise GroupError(
                f"“{line.name[:20]}”已经有人登记了。要是同名，请在姓名后面加手机尾号，例如“{line.name[:10]}(1234)”。"
            )
        tabled = other.owed
        session.execute(delete(group_members).where(group_members.c.id == other.id))
    body = _body(line) | ({"tabled": str(tabled)} if tabled is not None else {})
    values = {"body": body, "name_lookup": lookup, "own": True}
    session.execute(update(group_members).where(group_members.c.id == mine.id).values(**values))
    _touch(session, mine.group_id)
    return _again(session, mine.id)


def paste(session: Session, lead: Member, lines: list[Line]) -> tuple[int, list[str]]:
    """Keep the lines of the lead's table; a name again replaces what an earlier table said. Returns how many were kept, and the
    names that stay as they are because those people told it themselves. Raises GroupError; then nothing is kept."""
    _hold(session, lead.group_id)
    _must_be_open(get(session, lead.group_id))
    if lead.role != "lead":
        raise GroupError("只有发起人能贴全体的工资表。您自己的一行请直接填。")
    kept, told = 0, []
    for line in lines:
        lookup = _name_lookup(session, lead.group_id, line.name)
        known = _named(session, lead.group_id, lookup)
        if known and known.own:
            told.append(line.name)
            continue
        if known:
            where = group_members.c.id == known.id
            session.execute(update(group_members).where(where).values(body=_body(line), entered_by=lead.id))
        else:
            _must_have_room(session, lead.group_id, 1)
            _insert(
                session,
                lead.group_id,
                role="member",
                own=False,
                name_lookup=lookup,
                body=_body(line),
                entered_by=lead.id,
            )
        kept += 1
    _touch(session, lead.group_id)
    return kept, told


def set_employer(session: Session, lead: Member, employer: str) -> None:
    session.execute(update(groups).where(groups.c.id == lead.group_id).values(body={"employer": employer}))
    _touch(session, lead.group_id)


def set_status(session: Session, lead: Member, status: Literal["open", "closed"]) -> None:
    """Let people join, or not any more. What was handed over stays so."""
    still = (groups.c.id == lead.group_id) & (groups.c.status != "handed")
    session.execute(update(groups).where(still).values(status=status, updated_at=session.now))


def name_representatives(session: Session, lead: Member, member_ids: list[str]) -> None:
    """Those the lead may see and who told their own line; the lead is one beside them. Raises GroupError."""
    may = {each.id for each in visible(session, lead) if each.own and each.owed is not None and each.id != lead.id}
    chosen = [id_ for id_ in dict.fromkeys(member_ids) if id_ in may]
    if len(chosen) + 1 > MOST_REPRESENTATIVES:
        raise GroupError(f"代表连您在内最多 {MOST_REPRESENTATIVES} 人，请少选几位。")
    here = (group_members.c.group_id == lead.group_id) & (group_members.c.role != "lead")
    session.execute(update(group_members).where(here).values(role="member"))
    session.execute(update(group_members).where(here, group_members.c.id.in_(chosen)).values(role="representative"))
    _touch(session, lead.group_id)


def hand_over(session: Session, group_id: str, case_id: str) -> None:
    values = {"status": "handed", "case_id": case_id, "updated_at": session.now}
    session.execute(update(groups).where(groups.c.id == group_id).values(**values))
    audit.record(session, "group_handed", actor="person", subject=case_id)


def leave(session: Session, mine: Member) -> None:
    """Take the member out, with their line. A lead passes on to a representative, else to the member who joined first and can
    be reached; tables not handed over go with who pasted them. The last one out takes the group along."""
    group = get(session, mine.group_id)
    _hold(session, group.id)
    session.execute(delete(group_members).where(group_members.c.id == mine.id))
    pasted = (group_members.c.group_id == group.id) & (group_members.c.entered_by == mine.id) & ~group_members.c.own
    if group.status != "handed":
        session.execute(delete(group_members).where(pasted))
    _touch(session, group.id)
    audit.record(session, "group_left", actor="person", subject=group.id)
    rest = [each for each in members(session, group.id) if each.own]
    if mine.role == "lead":
        heirs = [each for each in rest if each.person_id and each.owed is not None]
        heir = min(heirs, key=lambda each: each.role != "representative", default=None)
        if heir:
            session.execute(update(group_members).where(group_members.c.id == heir.id).values(role="lead"))
        if group.case_id and rest:
            _pass_case_on(session, group.case_id, heir.person_id if heir else None)
    if group.case_id:
        session.execute(update(cases).where(cases.c.id == group.case_id).values(version=cases.c.version + 1))
    elif not rest:
        _remove(session, group.id)


def forget(session: Session, person_id: str) -> None:
    """Out of all groups: the person is being erased."""
    for mine in of_person(session, person_id):
        leave(session, mine)


def merge(session: Session, gone: str, stays: str) -> None:
    """Two accounts become one person; where both are members, the one that told more counts, and the other has no account."""
    mine = {each.group_id: each for each in of_person(session, stays)}
    for other in of_person(session, gone):
        here = mine.get(other.group_id)
        if here is None:
            session.execute(update(group_members).where(group_members.c.id == other.id).values(person_id=stays))
            continue
        less = here if here.owed is None and here.role != "lead" else other
        more = other if less is here else here
        if less.owed is None and less.role != "lead":
            session.execute(delete(group_members).where(group_members.c.id == less.id))
        else:
            session.execute(update(group_members).where(group_members.c.id == less.id).values(person_id=None))
        session.execute(update(group_members).where(group_members.c.id == more.id).values(person_id=stays))


def prune(session: Session, before: datetime) -> int:
    """Remove groups that nobody handed over or touched since that moment; returns how many."""
    old = select(groups.c.id).where(groups.c.updated_at < before, groups.c.case_id.is_(None))
    ids = list(session.execute(old).scalars())
    for id_ in ids:
        _remove(session, id_)
    return len(ids)


def erase_of_case(session: Session, case_id: str) -> None:
    """The case is being erased, and the joint claim with it."""
    group = of_case(session, case_id)
    if group:
        _remove(session, group.id)


def _pass_case_on(session: Session, case_id: str, person_id: str | None) -> None:
    newest = (
        select(conversations.c.id)
        .where(conversations.c.person_id == person_id)
        .order_by(conversations.c.opened_at.desc())
    )
    where = session.scalar(newest.limit(1)) if person_id else None
    values = {"person_id": person_id, "conversation_id": where, "interview_id": None, "contact": None}
    session.execute(update(cases).where(cases.c.id == case_id).values(**values))


def _remove(session: Session, group_id: str) -> None:
    session.execute(delete(group_members).where(group_members.c.group_id == group_id))
    session.execute(delete(groups).where(groups.c.id == group_id))


def _hold(session: Session, group_id: str) -> None:
    """One at a time in a group (on SQLite the write lock does that)."""
    session.scalar(select(groups.c.id).where(groups.c.id == group_id).with_for_update())


def _touch(session: Session, group_id: str) -> None:
    session.execute(update(groups).where(groups.c.id == group_id).values(updated_at=session.now))


def why_not_open(group: Group) -> str:
    """For people; empty when it is open."""
    if group.status == "closed":
        return "这个集体登记已经停止加入了。请找发起人重新打开，或者说“转律师”单独办。"
    if group.status == "handed":
        return "这个集体登记已经交给律师，名单不能再改。要加人、改数，请让发起人在对话里告诉律师。"
    return ""


def _must_be_open(group: Group) -> None:
    why = why_not_open(group)
    if why:
        raise GroupError(why)


def _must_have_room(session: Session, group_id: str, more: int) -> None:
    there = session.scalar(select(func.count()).select_from(group_members).where(group_members.c.group_id == group_id))
    if (there or 0) + more > MOST_MEMBERS:
        raise GroupError(f"一个集体登记最多 {MOST_MEMBERS} 人，请另建一个，或者拨 12348。")


def _insert(
    session: Session,
    group_id: str,
    *,
    role: Role,
    own: bool,
    person_id: str | None = None,
    shares: bool = False,
    name_lookup: bytes | None = None,
    body: dict[str, Any] | None = None,
    entered_by: str | None = None,
    id_: str | None = None,
) -> Member:
    row = {"id": id_ or new_id("gm_"), "group_id": group_id, "person_id": person_id, "role": role, "own": own,
           "shares": shares, "name_lookup": name_lookup, "body": body, "entered_by": entered_by,
           "created_at": session.now}  # fmt: skip
    session.execute(insert(group_members), row)
    return _again(session, str(row["id"]))


def _again(session: Session, member_id: str) -> Member:
    found = member(session, member_id)
    assert found is not None
    return found


def _named(session: Session, group_id: str, lookup: bytes) -> Member | None:
    where = (group_members.c.group_id == group_id) & (group_members.c.name_lookup == lookup)
    row = session.execute(select(group_members).where(where)).first()
    return _read(row) if row else None


def _name_lookup(session: Session, group_id: str, name: str) -> bytes:
    return session.keys.lookup(f"group_name:{group_id}", re.sub(r"\s", "", name).casefold())


def _body(line: Line) -> dict[str, Any]:
    return {"name": line.name, "months": str(line.months), "owed": str(line.owed), "period": line.period}


def _read(row: Any) -> Member:
    body = row.body or {}

    def number(key: str) -> Decimal | None:
        return Decimal(body[key]) if body.get(key) else None

    return Member(row.id, row.group_id, row.person_id, row.role, row.own, row.shares, body.get("name", ""),
                  number("months"), number("owed"), body.get("period", ""), number("tabled"), row.entered_by)  # fmt: skip
