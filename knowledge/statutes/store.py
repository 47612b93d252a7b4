"""The tables of `book.sqlite` and `imported.sqlite`: the same in both, so that one reader serves them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import unicodedata
from pathlib import Path

SCHEMA_VERSION = 2

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS versions (
    law TEXT NOT NULL, version TEXT NOT NULL, full_name TEXT NOT NULL, kind TEXT NOT NULL,
    number TEXT NOT NULL DEFAULT '', issuer TEXT NOT NULL DEFAULT '',
    effective_from TEXT NOT NULL, effective_to TEXT, source TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',
    validity TEXT NOT NULL DEFAULT '', content_hash TEXT NOT NULL DEFAULT '',
    has_text INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (law, version)
);
CREATE TABLE IF NOT EXISTS articles (
    law TEXT NOT NULL, version TEXT NOT NULL, number INTEGER NOT NULL, sub INTEGER NOT NULL,
    chapter TEXT NOT NULL, section TEXT NOT NULL, text TEXT NOT NULL, paragraphs TEXT NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (law, version, number, sub)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused (
    law TEXT NOT NULL, version TEXT NOT NULL, number INTEGER, sub INTEGER, since TEXT, reason TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS refused_article ON refused (law, version, number, sub);
"""


def text_sha256(text: str) -> str:
    """The hash that review blocks keep: NFC text, blanks stripped at both ends, UTF-8."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).strip().encode()).hexdigest()


def dump_paragraphs(paragraphs: tuple[str, ...]) -> str:
    return json.dumps(paragraphs, ensure_ascii=False)


def open_read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; usable from any thread if the caller locks."""
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=5)
    db.row_factory = sqlite3.Row
    return db
