"""An empty, migrated database file: migrating for each test would cost most of its time."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from cases.database import Database
from settings.secrets import Secrets

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def empty_database(path: Path) -> Path:
    """Writes it to `path`, which it returns."""
    path.write_bytes(_template())
    return path


@lru_cache(maxsize=1)
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "empty.db")
        keys = Secrets(data_keys=[KEY], lookup_key=KEY, channel_secret="s", cookie_key=KEY)
        database = Database(f"sqlite:///{path}", secrets=keys)
        database.migrate()
        database.checkpoint()
        database.close()
        return path.read_bytes()
