"""Signing in: login and password, the second factor where one is set, and a wait for who guesses."""

from __future__ import annotations

from dataclasses import dataclass

from cases import audit, staff, staff_sessions, throttle
from cases.database import Database
from service import second_factor
from service.passwords import verify

ADDRESS_FREE = 20  # a whole office may sit behind one address
WRONG = "登录名、密码或动态码不对"


class SignInRefusedError(Exception):
    """Not let in; the message is for the person at the door and does not say which part was wrong.
    `code_wanted`: the password was right, only the second factor's code is missing."""

    def __init__(self, message: str, *, code_wanted: bool = False) -> None:
        super().__init__(message)
        self.code_wanted = code_wanted


@dataclass(frozen=True)
class Door:
    """Who knocks: the login as typed, and the network address."""

    login: str
    address: str

    @property
    def keys(self) -> tuple[tuple[str, int], ...]:
        """What failures are counted under, each with the number that costs nothing."""
        return (f"login:{self.login}", throttle.FREE), (f"address:{self.address}", ADDRESS_FREE)


def sign_in(database: Database, door: Door, password: str, code: str = "", *, replaces: str | None = None) -> str:
    """A new session's token. `replaces`: the token the browser had before; it is worth nothing afterwards, so nobody
    can plant one. Raises SignInRefusedError."""
    with database.read() as session:
        seconds = max(throttle.wait(session, key) for key, _ in door.keys)
        known = staff.credentials(session, door.login)
    if seconds:
        raise SignInRefusedError(f"试错太多次，请 {seconds} 秒后再试")
    right = verify(known.password_hash if known else None, password)  # slow on purpose: outside any transaction
    if known is None or not right or not known.staff.active:
        _refuse(database, door, WRONG)
    assert known is not None
    if known.totp_secret and not code.strip():
        raise SignInRefusedError("请输入动态码", code_wanted=True)
    with database.write() as session:
        step = second_factor.matching_step(known.totp_secret, code, session.now) if known.totp_secret else None
        if known.totp_secret and (step is None or not staff_sessions.use_code(session, known.staff.id, step)):
            token = None
        else:
            for key, _ in door.keys[:1]:
                throttle.clear(session, key)
            if replaces:
                staff_sessions.end(session, staff_sessions.hash_of(replaces))
            token = staff_sessions.start(session, known.staff.id)
            audit.record(session, "staff_signed_in", actor=known.staff.id)
    if token is None:
        _refuse(database, door, WRONG)
    assert token is not None
    return token


def _refuse(database: Database, door: Door, message: str) -> None:
    with database.write() as session:
        for key, free in door.keys:
            throttle.failed(session, key, free=free)
        audit.record(session, "staff_sign_in_failed", actor="system")
    raise SignInRefusedError(message)
