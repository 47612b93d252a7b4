"""Vectors by content: a text is embedded once, ever, per encoder."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from knowledge.search.encoder import Floats
from knowledge.search.vector_pack import read_pack

AT_ONCE = 500  # keys in one query
Embed = Callable[[Sequence[str]], Floats]


def text_key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


class VectorCache:
    """An SQLite file of float16 vectors keyed by (space, sha256 of the text).

    `space` names encoder and kind, so that a query vector never answers for a passage.
    """

    def __init__(self, path: Path, pack: Path | None = None) -> None:
        """`pack`: vectors that came with the checkout, asked before the encoder."""
        self._pack = pack
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (space TEXT, key BLOB, vector BLOB, PRIMARY KEY (space, key)) WITHOUT ROWID"
            )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        return connection

    def known(self, space: str, texts: Sequence[str]) -> dict[bytes, Floats]:
        """The vectors already there, by text key."""
        wanted = list({text_key(text) for text in texts})
        found: dict[bytes, Floats] = {}
        with closing(self._connect()) as connection:
            for start in range(0, len(wanted), AT_ONCE):
                part = wanted[start : start + AT_ONCE]
                marks = ",".join("?" * len(part))
                rows = connection.execute(
                    f"SELECT key, vector FROM vectors WHERE space = ? AND key IN ({marks})",  # noqa: S608  only marks
                    (space, *part),
                )
                found.update((key, np.frombuffer(blob, np.float16).astype(np.float32)) for key, blob in rows)
        return found

    def embed(self, space: str, texts: Sequence[str], embed: Embed, batch: int = 512) -> Floats:
        """(n, d) vectors of `texts`; only those not seen before go through `embed`, and are kept batch by batch,
        so that an interrupted build goes on where it stopped."""
        known = self.known(space, texts)
        missing = {text_key(text): text for text in texts if text_key(text) not in known}
        if missing and self._pack:
            shipped = {key: vector for key, vector in read_pack(self._pack, space).items() if key in missing}
            self._keep(space, shipped)
            known |= shipped
        left = [(key, text) for key, text in missing.items() if key not in known]
        for start in range(0, len(left), batch):
            part = left[start : start + batch]
            vectors = embed([text for _, text in part])
            made = {key: vector for (key, _), vector in zip(part, vectors, strict=True)}
            self._keep(space, made)
            known |= made
        return np.stack([known[text_key(text)] for text in texts]) if texts else np.empty((0, 0), np.float32)

    def _keep(self, space: str, vectors: Mapping[bytes, Floats]) -> None:
        rows = [(space, key, vector.astype(np.float16).tobytes()) for key, vector in vectors.items()]
        with closing(self._connect()) as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
