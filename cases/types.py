"""Column types: encrypted text, encrypted JSON, and moments that are always aware UTC."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from cases.crypto import KeyRing

KEYS_ATTRIBUTE = "xiaofa_keys"


def ring(dialect: Dialect) -> KeyRing:
    """The key ring hung on the engine's own dialect by `Database`: two databases in one process keep their own keys."""
    return cast(KeyRing, getattr(dialect, KEYS_ATTRIBUTE))


class EncryptedText(TypeDecorator[str]):
    """Text at rest as AES-GCM bytes bound to `context` (table.column). Raises crypto.DecryptionError on reading."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else ring(dialect).seal(value.encode(), self.context)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else ring(dialect).open(bytes(value), self.context).decode()


class EncryptedJSON(TypeDecorator[Any]):
    """JSON at rest as AES-GCM bytes bound to `context` (table.column)."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return ring(dialect).seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), self.context)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(ring(dialect).open(bytes(value), self.context))


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. SQLite stores no zone, so it is turned to UTC on the way in and marked on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
