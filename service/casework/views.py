"""What the staff may see of cases: the queue in masked facts for all, the full case for its lawyers and the supervisors.
Every look at what a person said writes an audit row, so looks need `Database.write()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, TextClause, func, or_, select

from cases import alerts, appointments, audit, events, groups, matters, messages, parties, staff
from cases.appointments import Appointment
from cases.database import Session
from cases.errors import CaseNotFoundError
from cases.groups import Group, Member
from cases.matters import Case
from cases.permissions import check, check_allowed
from cases.schema import LIVE as IS_LIVE
from cases.schema import attachments, case_deadlines, case_notes, cases, ratings
from cases.staff import Staff
from cases.status import LIVE, Kind, Status, Urgency
from service import placekeeping
from service.casework import deadlines

Shown = Literal["live", "mine"] | Status
BANDS = ((10_000, "1万以下"), (50_000, "1万–5万"), (100_000, "5万–10万"), (500_000, "10万–50万"))
PAGE = 50


@dataclass(frozen=True)
class QueueRow:
    """A case in facts that name nobody. `reasons`: titles of the triage rules; `deadline`: the nearest that is not done."""

    id: str
    kind: Kind
    topic: str
    street: str | None
    urgency: Urgency
    reasons: list[str]
    deadline: date | None
    waiting_since: datetime
    promise_due_at: datetime | None
    status: Status
    owner_id: str | None
    owner_name: str | None
    unread: int
    amount_band: str | None
    people: int | None
    wants_meeting: bool
    version: int


@dataclass(frozen=True)
class QueuePage:
    rows: list[QueueRow]
    total: int


@dataclass(frozen=True)
class Note:
    staff_id: str
    author_name: str
    text: str
    at: datetime


@dataclass(frozen=True)
class AttachmentInfo:
    """`by`: who of the staff brought it, None the person; `sent_at`: when the person got it, None it stays in the house."""

    id: str
    name: str
    media_type: str
    size: int
    by: str | None
    at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class JointClaim:
    """The many workers of a case, with all their lines."""

    group: Group
    members: list[Member]


@dataclass(frozen=True)
class CaseView:
    """All of a case but its conversation (`entries`) and its contact in full (`reveal_contact`). `meetings`: those ahead, each
    with the point's name."""

    case: Case
    code: str
    brief: dict[str, Any]
    reasons: list[dict[str, Any]]
    contact: dict[str, Any] | None
    parties: list[tuple[parties.Side, str]]
    deadlines: list[deadlines.Deadline]
    notes: list[Note]
    events: list[events.Event]
    attachments: list[AttachmentInfo]
    meetings: list[tuple[Appointment, str]]
    group: JointClaim | None
    alerts: list[alerts.Alert]
    rating: tuple[int, str | None] | None
    names: dict[str, str]


def queue(
    session: Session,
    actor: Staff,
    *,
    show: Shown = "live",
    kind: Kind | None = None,
    topic: str | None = None,
    street: str | None = None,
    page: int = 0,
    size: int = PAGE,
) -> QueuePage:
    """A page of cases, the most urgent and longest waiting first. Raises NotAllowedError."""
    check_allowed(actor, "see_queue")
    chosen = _chosen(actor, show)
    if kind:
        chosen.append(cases.c.kind == kind)
    if topic:
        chosen.append(cases.c.topic == topic)
    if street:
        chosen.append(cases.c.street == street)
    total = int(session.scalar(select(func.count()).select_from(cases).where(*chosen)) or 0)
    order = (cases.c.urgency, cases.c.queued_at, cases.c.seq)
    # First only which: the wide, sealed rows are read for one page, not sorted.
    which = select(cases.c.seq).where(*chosen).order_by(*order).limit(size).offset(page * size)
    statement = select(*matters.COLUMNS, cases.c.reasons).where(cases.c.seq.in_(which))
    rows: Any = session.execute(statement.order_by(*order)).all()
    found = [(Case(*row[:-1]), row[-1]) for row in rows]
    nearest = _nearest_deadlines(session, [case.id for case, _ in found])
    names = staff.names(session, [case.owner_id for case, _ in found])
    return QueuePage([_queue_row(case, reasons, nearest, names) for case, reasons in found], total)


def queue_row(session: Session, case_id: str, actor: Staff) -> QueueRow:
    """One case in masked facts. Raises CaseError: not found, not allowed."""
    check_allowed(actor, "see_queue")
    case = matters.get(session, case_id)
    names = staff.names(session, [case.owner_id])
    return _queue_row(case, matters.sealed(session, case_id).reasons, _nearest_deadlines(session, [case_id]), names)


def case_view(session: Session, case_id: str, actor: Staff, *, again: bool = False) -> CaseView:
    """The case in full, audited; `again`: a page that shows it already refreshes itself, which is the same look. Raises
    CaseError: not found, not allowed."""
    case = matters.get(session, case_id)
    check(actor, "look", case)
    if not again:
        audit.record(session, "case_looked_at", actor=actor.id, subject=case_id)
    sealed = matters.sealed(session, case_id)
    happened, called = events.of_case(session, case_id), alerts.of_case(session, case_id)
    ids = [case.owner_id, case.second_id, *(event.actor for event in happened), *(event.staff_id for event in happened),
           *(alert.staff_id for alert in called)]  # fmt: skip
    files = _attachments(session, case_id)
    ids += [file.by for file in files]
    rated = session.execute(select(ratings.c.stars, ratings.c.comment).where(ratings.c.case_id == case_id)).first()
    return CaseView(
        case=case,
        code=sealed.code,
        brief=sealed.brief,
        reasons=sealed.reasons,
        contact=masked(sealed.contact),
        parties=parties.of_case(session, case_id),
        deadlines=deadlines.of_case(session, case_id),
        notes=_notes(session, case_id),
        events=happened,
        attachments=files,
        meetings=_meetings(session, case_id),
        group=_joint_claim(session, case_id),
        alerts=called,
        rating=(rated.stars, rated.comment) if rated else None,
        names=staff.names(session, ids),
    )


def joint_claim(session: Session, case_id: str, actor: Staff) -> JointClaim:
    """The lines of a case's workers, to be taken out of the house; audited. Raises CaseError: not found (also without a joint
    claim), not allowed."""
    check(actor, "look", matters.get(session, case_id))
    found = _joint_claim(session, case_id)
    if found is None:
        raise CaseNotFoundError
    audit.record(session, "group_exported", actor=actor.id, subject=case_id, details={"rows": len(found.members)})
    return found


def _joint_claim(session: Session, case_id: str) -> JointClaim | None:
    group = groups.of_case(session, case_id)
    return JointClaim(group, groups.members(session, group.id)) if group else None


def _meetings(session: Session, case_id: str) -> list[tuple[Appointment, str]]:
    ahead = appointments.ahead_of_case(session, case_id)
    known = placekeeping.directory(session).places if ahead else {}
    return [(one, known[one.place_id].name if one.place_id in known else one.place_id) for one in ahead]


def entries(session: Session, case_id: str, actor: Staff, *, after: int = 0, limit: int = 200) -> list[messages.Entry]:
    """The conversation from `after` on; beginning at the start is a look and is audited, going on is not. Raises CaseError."""
    check(actor, "look", matters.get(session, case_id))
    if after == 0:
        audit.record(session, "conversation_read", actor=actor.id, subject=case_id)
    return messages.of_case(session, case_id, after=after, limit=limit)


def reveal_contact(session: Session, case_id: str, actor: Staff) -> dict[str, Any] | None:
    """How to reach the person, in full; audited. Raises CaseError."""
    check(actor, "reveal", matters.get(session, case_id))
    audit.record(session, "contact_revealed", actor=actor.id, subject=case_id)
    return matters.sealed(session, case_id).contact


def masked(contact: dict[str, Any] | None) -> dict[str, Any] | None:
    """Names and numbers with all but their edges hidden."""
    if contact is None:
        return None
    return {key: _mask(value) if key != "kind" and isinstance(value, str) else value for key, value in contact.items()}


def amount_band(amount: int | None) -> str | None:
    if amount is None:
        return None
    return next((label for limit, label in BANDS if amount < limit), "50万以上")


def _mask(value: str) -> str:
    if len(value) >= 7:
        return value[:3] + "*" * (len(value) - 5) + value[-2:]
    return value[:1] + "*" * (len(value) - 1)


def _chosen(actor: Staff, show: Shown) -> list[ColumnElement[bool] | TextClause]:
    if show == "mine":
        mine = or_(cases.c.owner_id == actor.id, cases.c.second_id == actor.id)
        return [mine, cases.c.status.in_(sorted(LIVE))]
    return [IS_LIVE if show == "live" else cases.c.status == show]


def _nearest_deadlines(session: Session, case_ids: list[str]) -> dict[str, date]:
    rows = session.execute(
        select(case_deadlines.c.case_id, func.min(case_deadlines.c.last_day).label("day"))
        .where(case_deadlines.c.case_id.in_(case_ids), case_deadlines.c.done_at.is_(None))
        .group_by(case_deadlines.c.case_id)
    )
    return {row.case_id: row.day for row in rows} if case_ids else {}


def _queue_row(case: Case, reasons: list[dict[str, Any]], nearest: dict[str, date], names: dict[str, str]) -> QueueRow:
    return QueueRow(
        id=case.id,
        kind=case.kind,
        topic=case.topic,
        street=case.street,
        urgency=case.urgency_name,
        reasons=[str(reason.get("title", "")) for reason in reasons],
        deadline=nearest.get(case.id),
        waiting_since=case.queued_at,
        promise_due_at=case.promise_due_at,
        status=case.status,
        owner_id=case.owner_id,
        owner_name=names.get(case.owner_id or ""),
        unread=case.unread,
        amount_band=amount_band(case.amount),
        people=case.people,
        wants_meeting=case.wants_meeting,
        version=case.version,
    )


def _notes(session: Session, case_id: str) -> list[Note]:
    rows = session.execute(
        select(case_notes.c.staff_id, case_notes.c.text, case_notes.c.created_at)
        .where(case_notes.c.case_id == case_id)
        .order_by(case_notes.c.id)
    ).all()
    names = staff.names(session, [row.staff_id for row in rows])
    return [Note(row.staff_id, names.get(row.staff_id, ""), row.text, row.created_at) for row in rows]


def _attachments(session: Session, case_id: str) -> list[AttachmentInfo]:
    columns = attachments.c
    rows: Any = session.execute(
        select(
            columns.id,
            columns.name,
            columns.media_type,
            columns.size,
            columns.staff_id,
            columns.created_at,
            columns.sent_at,
        )  # fmt: skip
        .where(columns.case_id == case_id)
        .order_by(columns.seq)
    )
    return [AttachmentInfo(*row) for row in rows]
