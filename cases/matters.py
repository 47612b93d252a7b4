"""Rows of `cases`: found, held, changed. A change names the version it saw, so that two people never overwrite each other."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from cases import codes, people
from cases.database import Session
from cases.errors import CaseNotFoundError, StaleCaseError
from cases.schema import cases
from cases.status import LIVE, URGENCIES, Kind, Status, Urgency


@dataclass(frozen=True)
class Case:
    """One row without its sealed parts (`sealed`). `person_id` None: the person was erased."""

    id: str
    person_id: str | None
    conversation_id: str | None
    status: Status
    kind: Kind
    topic: str
    urgency: int
    street: str | None
    amount: int | None
    people: int | None
    anonymous: bool
    wants_meeting: bool
    owner_id: str | None
    second_id: str | None
    version: int
    promised_at: datetime | None
    promise_due_at: datetime | None
    promise_kept: bool | None
    warned_at: datetime | None
    waiting_until: datetime | None
    unread: int
    spoken_at: datetime
    opened_at: datetime
    queued_at: datetime
    assigned_at: datetime | None
    first_reply_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    merged_into: str | None

    @property
    def urgency_name(self) -> Urgency:
        return URGENCIES[self.urgency]


@dataclass(frozen=True)
class Sealed:
    """What the case says about the person."""

    code: str
    brief: dict[str, Any]
    reasons: list[dict[str, Any]]
    contact: dict[str, Any] | None


COLUMNS = tuple(cases.c[field.name] for field in fields(Case))


def find(session: Session, case_id: str) -> Case | None:
    row = session.execute(select(*COLUMNS).where(cases.c.id == case_id)).first()
    return _case(row) if row else None


def get(session: Session, case_id: str) -> Case:
    """Raises CaseNotFoundError."""
    case = find(session, case_id)
    if case is None:
        raise CaseNotFoundError
    return case


def hold(session: Session, case_id: str) -> Case:
    """The case as it is now, nobody else changing it until the transaction ends; its person held first, as everywhere
    (so that two transactions never wait for each other). Raises CaseNotFoundError."""
    person_id = get(session, case_id).person_id
    if person_id:
        people.hold(session, person_id)
    row = session.execute(select(*COLUMNS).where(cases.c.id == case_id).with_for_update()).first()
    if row is None:
        raise CaseNotFoundError
    return _case(row)


def change(session: Session, case: Case, version: int, **values: Any) -> Case:
    """Set columns and count the version up. Raises StaleCaseError when `version` is not the newest any more."""
    statement = update(cases).where(cases.c.id == case.id, cases.c.version == version)
    if session.execute(statement.values(**values, version=version + 1)).rowcount != 1:
        raise StaleCaseError
    return get(session, case.id)


def touch(session: Session, case_id: str, **values: Any) -> None:
    """Set columns that nobody edits (unread, last words): the version stays."""
    session.execute(update(cases).where(cases.c.id == case_id).values(**values))


def sealed(session: Session, case_id: str) -> Sealed:
    """Raises CaseNotFoundError."""
    row = session.execute(
        select(cases.c.code, cases.c.brief, cases.c.reasons, cases.c.contact).where(cases.c.id == case_id)
    ).first()
    if row is None:
        raise CaseNotFoundError
    return Sealed(row.code, row.brief, row.reasons, row.contact)


def by_code(session: Session, text: str) -> Case | None:
    """The case a person means by its code, however typed (a merged one: the case it went into); or None."""
    code = codes.read_code(text)
    if code is None:
        return None
    row = session.execute(select(*COLUMNS).where(cases.c.code_lookup == codes.lookup(session, code))).first()
    case = _case(row) if row else None
    while case and case.merged_into:
        case = find(session, case.merged_into)
    return case


def live_of(session: Session, person_id: str) -> list[Case]:
    """The person's live cases, the one last spoken in first."""
    statement = select(*COLUMNS).where(cases.c.person_id == person_id, cases.c.status.in_(sorted(LIVE)))
    return [_case(row) for row in session.execute(statement.order_by(cases.c.spoken_at.desc(), cases.c.seq.desc()))]


def _case(row: Any) -> Case:
    return Case(*row)
