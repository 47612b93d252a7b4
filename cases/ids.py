"""Names of rows: random, opaque, and telling nothing about the person or the order."""

from __future__ import annotations

import secrets

CONVERSATION_PREFIX = "cv_"


def new_id(prefix: str) -> str:
    """A prefix that says what it names, and 128 random bits."""
    return prefix + secrets.token_hex(16)
