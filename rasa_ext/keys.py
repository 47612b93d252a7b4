"""Secrets of the installation, as Rasa's processes see them: the same `secrets.json` that `settings/secrets.py` keeps.

Written apart because `rasa_ext` runs under Python 3.10 and imports none of our rooms; the format is the contract.
"""

from __future__ import annotations

import base64
import json
import os
import secrets as random
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PROJECT_ROOT = Path(__file__).resolve().parent.parent
NONCE_BYTES = 12


def data_dir() -> Path:
    """Folder of everything a run writes: environment `XIAOFA_DATA_DIR`, else `var/` of the project."""
    return Path(os.environ.get("XIAOFA_DATA_DIR") or PROJECT_ROOT / "var")


def load_secrets(folder: Path) -> Dict[Text, Any]:
    """Read `secrets.json`, making it (mode 0600) when absent; whoever links it first wins.

    Raises OSError or ValueError when it cannot be read.
    """
    path = folder / "secrets.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = {
            "data_keys": [_key()],
            "lookup_key": _key(),
            "channel_secret": random.token_urlsafe(32),
            "cookie_key": _key(),
        }
        draft = path.with_name(f"secrets.{os.getpid()}.{random.token_hex(4)}.tmp")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(fresh, file, indent=2)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    loaded: Dict[Text, Any] = json.loads(path.read_text())
    return loaded


def channel_secret(configured: Optional[Text] = None) -> Text:
    """The secret shared with the bot: credentials file, environment `XIAOFA_CHANNEL_SECRET`, else `secrets.json`."""
    return configured or os.environ.get("XIAOFA_CHANNEL_SECRET") or str(load_secrets(data_dir())["channel_secret"])


class Cipher:
    """AES-GCM with a ring of keys: the first encrypts, all decrypt. `owner` binds a text to its conversation."""

    def __init__(self, keys: List[Text]) -> None:
        self._ring = [AESGCM(base64.b64decode(key)) for key in keys]

    def encrypt(self, plain: bytes, owner: Text) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._ring[0].encrypt(nonce, plain, owner.encode())

    def decrypt(self, sealed: bytes, owner: Text) -> bytes:
        """Raises ValueError when no key of the ring fits."""
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        for key in self._ring:
            try:
                return key.decrypt(nonce, body, owner.encode())
            except InvalidTag:
                continue
        raise ValueError("no data key decrypts this row")


def _key() -> Text:
    return base64.b64encode(random.token_bytes(32)).decode()
