"""A member of the staff binds their own messenger account for notices: a code shown at the desk, typed there within minutes."""

from __future__ import annotations

from datetime import timedelta

from cases import audit, codes, staff, tokens
from cases.database import Session
from cases.staff import Staff
from cases.tokens import Token

LASTS = timedelta(minutes=10)


def binding_code(session: Session, actor: Staff) -> str:
    """A code in the form of a case code, good once and for ten minutes."""
    code = codes.new_code()
    tokens.put(session, _name(session, code), Token(actor.id, session.now + LASTS))
    return code


def bind_by_code(session: Session, text: str, person_id: str) -> Staff | None:
    """Bind the account of who typed the code; None when it is no such code, or too late. Slowing down who guesses is the
    caller's."""
    code = codes.read_code(text)
    token = tokens.get(session, _name(session, code)) if code else None
    if code is None or token is None:
        return None
    tokens.drop(session, _name(session, code))
    member = staff.get(session, token.value) if token.expires_at > session.now else None
    if member is None or not member.active:
        return None
    staff.bind(session, member.id, person_id)
    audit.record(session, "staff_changed", actor=member.id, subject=member.id, details={"what": "messenger"})
    return member


def unbind(session: Session, actor: Staff) -> bool:
    """No more notices to their messenger; False when none was bound."""
    if actor.person_id is None:
        return False
    staff.bind(session, actor.id, None)
    audit.record(session, "staff_changed", actor=actor.id, subject=actor.id, details={"what": "messenger_unbound"})
    return True


def _name(session: Session, code: str) -> str:
    return "bind:" + session.keys.lookup("staff_binding", code).hex()
