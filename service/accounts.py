"""Accounts of staff: opened, changed and shut by an administrator, each their own password and second factor."""

from __future__ import annotations

from typing import Any

from cases import audit, staff, staff_sessions
from cases.database import Session
from cases.permissions import ROLE_LABELS, ROLES
from cases.staff import Staff
from service.casework import Left, leave
from service.casework.assigning import HOLDERS
from settings.mendable import MendableError

ROLE_NAMES: dict[str, str] = {str(role): label for role, label in ROLE_LABELS.items()}
MOST_LOAD = 200
ADMINISTERED = frozenset({"role", "firm", "topics", "max_load", "active", "name", "email"})


class AccountError(MendableError, ValueError):
    """The change cannot be made; the message says why, in words for staff."""


def open_account(
    session: Session,
    *,
    login: str,
    name: str,
    role: str,
    password_hash: str,
    firm: str = "",
    topics: tuple[str, ...] = (),
    max_load: int = 20,
    email: str = "",
    actor: str,
) -> Staff:
    """A new account. Raises AccountError."""
    login, name = login.strip().lower(), name.strip()
    if not (2 <= len(login) <= 40 and login.isascii() and login.replace(".", "").replace("-", "").isalnum()):
        raise AccountError("登录名用 2 到 40 个小写字母、数字、点或连字符")
    _check(session, {"name": name, "role": role, "firm": firm, "max_load": max_load})
    if staff.credentials(session, login):
        raise AccountError("这个登录名已经有人用了")
    made = staff.add(
        session,
        name=name,
        login=login,
        password_hash=password_hash,
        role=role,  # type: ignore[arg-type]
        firm=firm.strip() or None,
        topics=topics,
        max_load=max_load,
        email=email.strip() or None,
    )
    audit.record(session, "staff_added", actor=actor, subject=made.id, details={"role": role})
    return made


def change_account(
    session: Session, staff_id: str, *, actor: str, successor_id: str | None = None, **values: Any
) -> Left | None:
    """What an administrator may set. A person shut out, or in another role, is signed out everywhere; who can hold no cases
    any more leaves theirs to the successor, or to the queue, and what became of them is returned. Raises AccountError, also
    where nobody would be left who can administer; cases.errors.InputError for an impossible successor."""
    before = staff.get(session, staff_id)
    if before is None:
        raise AccountError("没有这个人")
    if not values.keys() <= ADMINISTERED:
        raise AccountError("这一项不能改")
    _check(session, values)
    stays = values.get("role", before.role) == "administrator" and values.get("active", before.active)
    if before.role == "administrator" and before.active and not stays and _administrators(session) == 1:
        raise AccountError("这是最后一个管理员，不能停用或改角色")
    staff.change(session, staff_id, **values)
    if not values.get("active", True) or values.get("role", before.role) != before.role:
        staff_sessions.end_all(session, staff_id)
    # Names of the fields, never their values.
    audit.record(session, "staff_changed", actor=actor, subject=staff_id, details={"fields": sorted(values)})
    after = staff.get(session, staff_id)
    if after is None or (after.active and after.role in HOLDERS):
        return None
    return leave(session, staff_id, actor=actor, successor_id=successor_id)


def set_password(session: Session, staff_id: str, password_hash: str, *, actor: str, keep: str | None = None) -> None:
    """A new password ends every session but `keep` (the hash of one's own)."""
    staff.change(session, staff_id, password_hash=password_hash)
    staff_sessions.end_all(session, staff_id, but=keep)
    audit.record(session, "staff_changed", actor=actor, subject=staff_id, details={"fields": ["password"]})


def set_second_factor(
    session: Session, staff_id: str, secret: str | None, *, actor: str, keep: str | None = None
) -> None:
    """Set it, or take it away (None). Other sessions end."""
    staff.change(session, staff_id, totp_secret=secret)
    staff_sessions.end_all(session, staff_id, but=keep)
    audit.record(session, "staff_changed", actor=actor, subject=staff_id, details={"fields": ["second_factor"]})


def _check(session: Session, values: dict[str, Any]) -> None:
    if "name" in values and not 1 <= len(values["name"].strip()) <= 40:
        raise AccountError("请写姓名（40 字以内）")
    if "role" in values and values["role"] not in ROLES:
        raise AccountError("没有这个角色")
    if len(values.get("firm") or "") > 80:
        raise AccountError("律所名称最多 80 字")
    if "max_load" in values and not 0 <= int(values["max_load"]) <= MOST_LOAD:
        raise AccountError(f"同时办理的上限在 0 到 {MOST_LOAD} 之间")


def _administrators(session: Session) -> int:
    return sum(member.role == "administrator" for member in staff.everyone(session))
