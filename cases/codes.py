"""Case codes: what a person keeps to find their case again, LH-7K3M-9Q2P. Unguessable, and no two letters look alike."""

from __future__ import annotations

import re
import secrets
import unicodedata

from cases.database import Session

ALPHABET = "2346789ABCDEFGHJKMNPQRTUVWXY"  # neither 0 O, 1 I L, 5 S, nor Z
LENGTH = 8
_SHAPE = re.compile(rf"(?:LH)?([{ALPHABET}]{{{LENGTH}}})")


def new_code() -> str:
    """38 random bits; guessing is throttled by who asks."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"LH-{letters[:4]}-{letters[4:]}"


def read_code(text: str) -> str | None:
    """The code as it was given out, however it was typed (small letters, spaces, full width, without LH); or None."""
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).upper()
    found = _SHAPE.fullmatch(plain)
    return f"LH-{found[1][:4]}-{found[1][4:]}" if found else None


def lookup(session: Session, code: str) -> bytes:
    """Keyed hash of a code in the form `new_code` gives."""
    return session.keys.lookup("case_code", code)
