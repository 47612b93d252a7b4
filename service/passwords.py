"""Passwords of staff: argon2id, and what a password must at least be."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from settings.mendable import MendableError

SHORTEST, LONGEST = 10, 200
_hasher = PasswordHasher()


class WeakPasswordError(MendableError, ValueError):
    """The password will not do; the message says why, in words for staff."""


def check_strength(password: str, login: str) -> None:
    """Raises WeakPasswordError. Length is what counts; rules about signs only make passwords worse."""
    if len(password) < SHORTEST:
        raise WeakPasswordError(f"密码至少 {SHORTEST} 个字符")
    if len(password) > LONGEST:
        raise WeakPasswordError(f"密码最多 {LONGEST} 个字符")
    if len(set(password)) < 5:
        raise WeakPasswordError("密码太简单：不同的字符太少")
    if login.lower() in password.lower():
        raise WeakPasswordError("密码里不能有登录名")


def hash_password(password: str) -> str:
    """The argon2id hash with its parameters and salt."""
    return _hasher.hash(password)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password("nobody has this password")


def verify(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; for an unknown login (None) it takes as long and is False."""
    try:
        return _hasher.verify(password_hash or _nobody(), password[:LONGEST]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
