"""Whom an alert calls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cases import alerts, duty, staff
from cases.database import Session
from cases.matters import Case
from cases.staff import Staff
from service.casework.office import office


def on_duty(session: Session, now: datetime) -> list[Staff]:
    """Those whose shift on the roster it is, and who still work here."""
    members = [staff.get(session, staff_id) for staff_id in duty.on_duty(session, now)]
    return [member for member in members if member and member.active]


def takes(member: Staff, topic: str) -> bool:
    """Whether a topic is one of the member's; who named none takes all."""
    return not member.topics or topic in member.topics


def lawyers_for(session: Session, topic: str) -> list[Staff]:
    """Lawyers of the topic; when there is none, all lawyers; when there is none either, the supervisors."""
    lawyers = staff.everyone(session, role="lawyer")
    return [one for one in lawyers if takes(one, topic)] or lawyers or staff.everyone(session, role="supervisor")


def owners_here(session: Session, case: Case) -> list[str]:
    """Those lawyers of a case who still work here."""
    members = [staff.get(session, staff_id) for staff_id in owners(case)]
    return [member.id for member in members if member and member.active]


def owners(case: Case) -> list[str]:
    return [staff_id for staff_id in (case.owner_id, case.second_id) if staff_id]


def supervisors(session: Session) -> list[str]:
    return [member.id for member in staff.everyone(session, role="supervisor")]


def call(session: Session, ids: Iterable[str], kind: alerts.Kind, key: str, *, case_id: str | None) -> bool:
    """Alert each of them once under this key; whether there was anybody."""
    called = list(dict.fromkeys(ids))
    for staff_id in called:
        alerts.put(session, staff_id, kind, key, case_id=case_id)
    return bool(called)


def call_for_danger(session: Session, case: Case, key: str) -> bool:
    """Danger: the lawyers of the case, whoever is on duty, and in office hours the supervisors and, when nobody has the
    case, the lawyers of the topic. False when nobody can be expected to see it now (they are called all the same)."""
    awake = [member.id for member in on_duty(session, session.now)]
    if office().is_open(session.now):
        awake += owners(case) + supervisors(session)
        if not case.owner_id:
            awake += [member.id for member in lawyers_for(session, case.topic)]
    call(session, [*owners(case), *awake, *supervisors(session)], "danger", key, case_id=case.id)
    return bool(awake)
