"""Who has a case: claim, assign by hand or by topic and load, transfer, second lawyer, release; never against a client of the
firm, unless a supervisor lets it pass."""

from __future__ import annotations

from datetime import datetime

from cases import events, matters, parties, staff
from cases.database import Session
from cases.errors import ConflictError, InputError, NotAllowedError, StaleCaseError
from cases.matters import Case
from cases.permissions import check, check_policy
from cases.staff import Staff
from cases.status import Mover
from service.casework import calling
from service.casework.moving import set_status
from service.casework.office import office
from service.casework.promise import due_for
from settings import get_settings

HOLDERS = ("lawyer", "supervisor")


def check_conflict(session: Session, case: Case, member: Staff) -> None:
    """Raises ConflictError when the member or their firm has a case on the other side, and no supervisor let it pass."""
    if parties.in_conflict(session, case.id, member) and not events.overridden(session, case.id, member.id):
        raise ConflictError(
            f"利益冲突：{member.name}（或同一机构的同事）办理的另一案件里，本案一方是对方当事人，所以不能接手。"
            "确有理由的，请主管书面说明后放行。"
        )


def claim(session: Session, case_id: str, actor: Staff, *, version: int) -> Case:
    """Take a case from the queue. Raises CaseError: stale, not allowed, conflict, wrong status."""
    case = matters.hold(session, case_id)
    _stale(case, version)  # somebody was faster: say that, and not what else does not fit any more
    check(actor, "claim", case)
    check_conflict(session, case, actor)
    return set_status(session, case, "claim", by="staff", actor=actor.id, version=version, staff_id=actor.id,
                      owner_id=actor.id, promise_due_at=_grace(case, session.now))  # fmt: skip


def assign(session: Session, case_id: str, actor: Staff, staff_id: str, *, version: int) -> Case:
    """A supervisor gives a queued case to somebody. Raises CaseError."""
    case = matters.hold(session, case_id)
    _stale(case, version)
    check(actor, "assign", case)
    member = holder(session, staff_id)
    check_conflict(session, case, member)
    return _given(session, case, member, actor=actor.id, by="staff")


def auto_assign(session: Session, case_id: str) -> Case | None:
    """Give a queued case to the lawyer of its topic with the fewest cases in hand; None when nobody can take one more."""
    case = matters.hold(session, case_id)
    check_policy("assign", case)
    held = staff.loads(session)
    fits = [one for one in staff.everyone(session, role="lawyer") if calling.takes(one, case.topic)]
    free = sorted((load, one.name, one.id, one) for one in fits if (load := held.get(one.id, 0)) < one.max_load)
    for *_, member in free:
        if not parties.in_conflict(session, case_id, member):
            return _given(session, case, member, actor="system", by="system")
    return None


def transfer(session: Session, case_id: str, actor: Staff, staff_id: str, *, version: int, reason: str) -> Case:
    """Hand a case to another lawyer; the person is not sent back to the queue. Raises CaseError."""
    case = matters.hold(session, case_id)
    _stale(case, version)
    check(actor, "transfer", case)
    member = holder(session, staff_id)
    if member.id == case.owner_id:
        raise InputError("案件已经在这位律师手里。")
    if not reason.strip():
        raise InputError("请写明转交的理由。")
    check_conflict(session, case, member)
    return hand_to(session, case, member, actor=actor.id, reason=reason)


def hand_to(session: Session, case: Case, member: Staff, *, actor: str, reason: str) -> Case:
    """A held case goes on in another's hands, who hears of it; who may, and whether it fits, is asked before."""
    second = None if case.second_id == member.id else case.second_id
    moved = matters.change(session, case, case.version, owner_id=member.id, second_id=second, assigned_at=session.now)
    events.record(session, case.id, "transfer", actor=actor, staff_id=member.id, reason=reason)
    calling.call(session, [member.id], "assigned", f"assigned:{case.id}:{moved.version}", case_id=case.id)
    return moved


def second(session: Session, case_id: str, actor: Staff, staff_id: str | None, *, version: int) -> Case:
    """Set, or with None remove, the second lawyer. Raises CaseError."""
    case = matters.hold(session, case_id)
    _stale(case, version)
    check(actor, "second", case)
    if staff_id:
        member = holder(session, staff_id)
        if member.id == case.owner_id:
            raise InputError("主办律师不能同时是第二律师。")
        check_conflict(session, case, member)
    moved = matters.change(session, case, version, second_id=staff_id)
    events.record(session, case_id, "second", actor=actor.id, staff_id=staff_id)
    if staff_id:
        calling.call(session, [staff_id], "assigned", f"assigned:{case_id}:{moved.version}", case_id=case_id)
    return moved


def release(session: Session, case_id: str, actor: Staff, *, version: int, reason: str) -> Case:
    """Back into the queue, with a new promise; the bot speaks again. Raises CaseError."""
    case = matters.hold(session, case_id)
    _stale(case, version)
    check(actor, "release", case)
    if not reason.strip():
        raise InputError("请写明退回的理由。")
    return let_go(session, case, actor=actor.id, reason=reason)


def let_go(session: Session, case: Case, *, actor: str, reason: str) -> Case:
    """A held case goes back into the queue, its person is told, the other lawyers are called; who may is asked before."""
    moved = set_status(session, case, "release", by="staff", actor=actor, reason=reason,
                       promise_due_at=due_for(session.now, case.urgency_name))  # fmt: skip
    called = [one.id for one in calling.lawyers_for(session, case.topic) if one.id != actor]
    calling.call(session, called, "new_case", f"new:{case.id}:{moved.version}", case_id=case.id)
    return moved


def override(session: Session, case_id: str, actor: Staff, staff_id: str, *, reason: str) -> None:
    """A supervisor lets a member take this case in spite of a conflict; the reason is kept. Nobody for themselves.
    Raises CaseError."""
    case = matters.hold(session, case_id)
    check(actor, "override", case)
    if actor.id == staff_id:
        raise NotAllowedError("不能放行自己的利益冲突，请另一位主管决定。")
    if not reason.strip():
        raise InputError("请写明放行的理由。")
    events.record(session, case_id, "override", actor=actor.id, staff_id=holder(session, staff_id).id, reason=reason)


def _given(session: Session, case: Case, member: Staff, *, actor: str, by: Mover) -> Case:
    moved = set_status(session, case, "assign", by=by, actor=actor,
                       staff_id=member.id, owner_id=member.id, promise_due_at=_grace(case, session.now))  # fmt: skip
    calling.call(session, [member.id], "assigned", f"assigned:{case.id}:{moved.version}", case_id=case.id)
    return moved


def holder(session: Session, staff_id: str) -> Staff:
    """A member who may hold cases. Raises InputError."""
    member = staff.get(session, staff_id)
    if member is None or not member.active or member.role not in HOLDERS:
        raise InputError("案件只能交给在职的律师或主管。")
    return member


def _grace(case: Case, now: datetime) -> datetime | None:
    """Who takes a case late gets a little time to write; whether the first promise was kept is counted by `promised_at`."""
    least = office().add(now, get_settings().claim_hours)
    return max(case.promise_due_at, least) if case.promise_due_at else least


def _stale(case: Case, version: int) -> None:
    if case.version != version:
        raise StaleCaseError
