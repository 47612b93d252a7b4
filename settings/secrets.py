"""Keys of one installation: made once, kept in one file only its owner can read."""

from __future__ import annotations

import base64
import json
import os
import secrets as random
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, Field


class Secrets(BaseModel):
    """`data_keys`: base64 32-byte keys, newest first; the first encrypts, all decrypt (rotation).
    `lookup_key`: base64 key of the HMAC columns; changing it loses the way back to people.
    `channel_secret`: shared by bot, Rasa channel and action server. `cookie_key`: signs sessions.
    """

    data_keys: list[str] = Field(repr=False)  # no key in a repr: it would reach the first log that prints one
    lookup_key: str = Field(repr=False)
    channel_secret: str = Field(repr=False)
    cookie_key: str = Field(repr=False)


def _key() -> str:
    return base64.b64encode(random.token_bytes(32)).decode()


@lru_cache(maxsize=8)
def load_secrets(data_dir: Path) -> Secrets:
    """Read `data_dir/secrets.json`, creating it (mode 0600) when absent; safe when several processes start at once."""
    path = data_dir / "secrets.json"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = Secrets(
            data_keys=[_key()], lookup_key=_key(), channel_secret=random.token_urlsafe(32), cookie_key=_key()
        )
        draft = path.with_name(f"secrets.{os.getpid()}.{random.token_hex(4)}.tmp")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh.model_dump_json(indent=2))
        try:
            os.link(draft, path)  # fails if another process was first: then theirs counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return Secrets.model_validate(json.loads(path.read_text()))
