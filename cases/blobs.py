"""Bytes of attachments: sealed files in the data folder, named by an id."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cases.crypto import KeyRing

CONTEXT = "attachments.bytes"
_ID = re.compile(r"a_[0-9a-f]{32}")


class Blobs:
    """`folder`: `data_dir/attachments`, made on first use (mode 0700)."""

    def __init__(self, data_dir: Path, keys: KeyRing) -> None:
        self.folder = data_dir / "attachments"
        self._keys = keys

    def put(self, blob_id: str, content: bytes) -> None:
        """On disk before this returns, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.folder / f"{blob_id}.{os.getpid()}.tmp"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(self._keys.seal(content, CONTEXT))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path(blob_id))

    def get(self, blob_id: str) -> bytes | None:
        """None when it is gone. Raises crypto.DecryptionError when it does not open."""
        try:
            return self._keys.open(self._path(blob_id).read_bytes(), CONTEXT)
        except FileNotFoundError:
            return None

    def drop(self, blob_id: str) -> None:
        self._path(blob_id).unlink(missing_ok=True)

    def ids(self, *, older_than: float = 0.0) -> list[str]:
        """Ids of the files last written before this moment (seconds since 1970); 0: all."""
        if not self.folder.is_dir():
            return []
        files = [path for path in self.folder.iterdir() if _ID.fullmatch(path.name)]
        return sorted(path.name for path in files if not older_than or path.stat().st_mtime < older_than)

    def drop_drafts(self, older_than: float) -> int:
        """Remove what a killed process had only begun to write, last touched before this moment; returns how many."""
        drafts = list(self.folder.glob("*.tmp")) if self.folder.is_dir() else []
        lost = [path for path in drafts if path.stat().st_mtime < older_than]
        for path in lost:
            path.unlink(missing_ok=True)
        return len(lost)

    def reseal(self) -> int:
        """Seal again, with the newest key, what another one sealed; returns how many."""
        old = [blob_id for blob_id in self.ids() if not self._path(blob_id).read_bytes().startswith(self._keys.prefix)]
        for blob_id in old:
            content = self.get(blob_id)
            if content is not None:
                self.put(blob_id, content)
        return len(old)

    def _path(self, blob_id: str) -> Path:
        """Raises ValueError for a name that is no id (a path, for one)."""
        if not _ID.fullmatch(blob_id):
            raise ValueError("no id of an attachment")
        return self.folder / blob_id
