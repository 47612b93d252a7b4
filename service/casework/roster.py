"""The duty roster, kept by supervisors and administrators."""

from __future__ import annotations

from datetime import datetime

from cases import audit, duty
from cases.database import Session
from cases.errors import InputError
from cases.permissions import check_allowed
from cases.staff import Staff


def set_duty(session: Session, actor: Staff, staff_id: str, starts_at: datetime, ends_at: datetime) -> int:
    """A shift; returns its id. Raises CaseError."""
    check_allowed(actor, "duty")
    try:
        shift = duty.add(session, staff_id, starts_at, ends_at)
    except ValueError as error:
        raise InputError(str(error)) from error
    audit.record(session, "staff_changed", actor=actor.id, subject=staff_id, details={"what": "duty"})
    return shift


def remove_duty(session: Session, actor: Staff, shift_id: int) -> bool:
    """Raises NotAllowedError."""
    check_allowed(actor, "duty")
    audit.record(session, "staff_changed", actor=actor.id, details={"what": "duty_removed"})
    return duty.remove(session, shift_id)
