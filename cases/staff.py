"""The staff: who they are, which topics and how many cases they take. Passwords are hashed by the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from cases.database import Session
from cases.ids import new_id
from cases.permissions import Role
from cases.schema import cases, staff
from cases.status import SILENT


@dataclass(frozen=True)
class Staff:
    """`topics` empty: all of them. `person_id`: their own WeChat account, for notices."""

    id: str
    name: str
    login: str
    role: Role
    firm: str | None
    topics: tuple[str, ...]
    max_load: int
    email: str | None
    person_id: str | None
    active: bool


@dataclass(frozen=True)
class Credentials:
    staff: Staff
    password_hash: str
    totp_secret: str | None


_COLUMNS = (staff.c.id, staff.c.name, staff.c.login, staff.c.role, staff.c.firm, staff.c.topics, staff.c.max_load,
            staff.c.email, staff.c.person_id, staff.c.active)  # fmt: skip


def add(
    session: Session,
    *,
    name: str,
    login: str,
    password_hash: str,
    role: Role,
    firm: str | None = None,
    topics: Sequence[str] = (),
    max_load: int = 20,
    email: str | None = None,
) -> Staff:
    """A new member. A login taken before raises sqlalchemy.exc.IntegrityError."""
    member = Staff(new_id("s_"), name, login, role, firm, tuple(topics), max_load, email, None, True)
    row = {"id": member.id, "name": name, "login": login, "password_hash": password_hash, "role": role, "firm": firm,
           "topics": list(topics), "max_load": max_load, "email": email, "active": True, "created_at": session.now}  # fmt: skip
    session.execute(insert(staff), row)
    return member


def get(session: Session, staff_id: str) -> Staff | None:
    row = session.execute(select(*_COLUMNS).where(staff.c.id == staff_id)).first()
    return _member(row) if row else None


def everyone(session: Session, *, role: Role | None = None, active: bool | None = True) -> list[Staff]:
    """By name; `active` None: also who left."""
    statement = select(*_COLUMNS).order_by(staff.c.name, staff.c.id)
    if role:
        statement = statement.where(staff.c.role == role)
    if active is not None:
        statement = statement.where(staff.c.active.is_(active))
    return [_member(row) for row in session.execute(statement)]


def credentials(session: Session, login: str) -> Credentials | None:
    """What signing in compares; None for an unknown login. Whether the member is active is the caller's to check."""
    row = session.execute(
        select(*_COLUMNS, staff.c.password_hash, staff.c.totp_secret).where(staff.c.login == login)
    ).first()
    return Credentials(_member(row[:-2]), row.password_hash, row.totp_secret) if row else None


def change(session: Session, staff_id: str, **values: Any) -> bool:
    """Set columns of the table; False when there is no such member. The caller checks who may, and audits."""
    return session.execute(update(staff).where(staff.c.id == staff_id).values(**values)).rowcount == 1


def bind(session: Session, staff_id: str, person_id: str | None) -> bool:
    """Their own account on a messenger, to which notices go (None: no more)."""
    return change(session, staff_id, person_id=person_id)


def loads(session: Session) -> dict[str, int]:
    """Cases in hand by owner; who has none is not there."""
    statement = select(cases.c.owner_id, func.count().label("n")).where(cases.c.status.in_(sorted(SILENT)))
    return {row.owner_id: row.n for row in session.execute(statement.group_by(cases.c.owner_id))}


def load(session: Session, staff_id: str) -> int:
    """How many cases are in their hands, as owner."""
    statement = select(func.count()).where(cases.c.owner_id == staff_id, cases.c.status.in_(sorted(SILENT)))
    return int(session.scalar(statement) or 0)


def names(session: Session, ids: Sequence[str | None]) -> dict[str, str]:
    """Names by id."""
    wanted = {id_ for id_ in ids if id_}
    rows = session.execute(select(staff.c.id, staff.c.name).where(staff.c.id.in_(sorted(wanted)))) if wanted else ()
    return {row.id: row.name for row in rows}


def same_firm(session: Session, member: Staff) -> list[str]:
    """Ids of all who may not act against one another: the member, and everybody of the same firm, also who left."""
    ours = staff.c.id == member.id
    rows = session.execute(select(staff.c.id).where(or_(ours, staff.c.firm == member.firm) if member.firm else ours))
    return list(rows.scalars())


def _member(row: Any) -> Staff:
    id_, name, login, role, firm, topics, max_load, email, person_id, active = row
    return Staff(id_, name, login, role, firm, tuple(topics), max_load, email, person_id, active)
