"""Build `book.sqlite` from the package's database and our version table: atomic, seconds, skipped when nothing changed.

    build_book(data_dir / "statutes") -> BuildReport

Imported rules live beside it in `imported.sqlite` (see importer.py), so building never loses them.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.statutes import clean
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.names import VERSIONS_FILE, short_name
from knowledge.statutes.numerals import NUMERAL, to_chinese, to_int
from knowledge.statutes.package import PACKAGE, PINNED_VERSION, StatuteSourceError, database_path, verify
from knowledge.statutes.store import SCHEMA, SCHEMA_VERSION, dump_paragraphs, open_read_only, text_sha256
from knowledge.statutes.versions import STALE_FILE, Version, load_stale, load_versions
from settings import Settings

BOOK_NAME = "book.sqlite"
_NUMBER = re.compile(rf"第({NUMERAL})条(?:之({NUMERAL}))?")


@dataclass(frozen=True)
class Refusal:
    """An article (or, without number, a whole law) of the package that is not shown, and why."""

    law: str
    version: str
    number: int | None
    sub: int | None
    reason: str


@dataclass(frozen=True)
class BuildReport:
    path: Path
    built: bool
    laws: int
    articles: int
    refused: tuple[Refusal, ...] = field(default=())


@dataclass(frozen=True)
class _Raw:
    number: int
    sub: int
    chapter: str
    section: str
    text: str


def build_book(folder: Path, source: Path | None = None, expected_sha256: str | None = None) -> BuildReport:
    """Make sure `folder/book.sqlite` is there and current. StatuteSourceError when the data is not the pinned one.

    `source` and `expected_sha256` are for tests with a small database.
    """
    source = source or database_path()
    digest = verify(source, expected_sha256) if expected_sha256 else verify(source)
    fingerprint = _fingerprint(digest)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / BOOK_NAME
    if (current := _current(target, fingerprint)) is not None:
        return current
    handle, name = tempfile.mkstemp(prefix=".book-", suffix=".sqlite", dir=folder)
    os.close(handle)
    temporary = Path(name)
    try:
        with closing(sqlite3.connect(temporary)) as book, closing(_open_package(source)) as package:
            book.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + SCHEMA)
            with book:
                _copy(package, book)
                book.executemany("INSERT INTO meta VALUES (?, ?)", [("fingerprint", fingerprint)])
        temporary.chmod(0o644)
        temporary.replace(target)  # readers see the old book or the new one, never half
    finally:
        temporary.unlink(missing_ok=True)
    return _report(target, built=True)


def _open_package(source: Path) -> sqlite3.Connection:
    db = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    db.row_factory = sqlite3.Row
    return db


def _fingerprint(digest: str) -> str:
    """Changes with the data, our tables, and the code that cleans."""
    mine = hashlib.sha256(f"{SCHEMA_VERSION}:{digest}".encode())
    for path in (VERSIONS_FILE, STALE_FILE, Path(clean.__file__), Path(__file__)):
        mine.update(path.read_bytes())
    return mine.hexdigest()


def _current(target: Path, fingerprint: str) -> BuildReport | None:
    if not target.is_file():
        return None
    try:
        with closing(open_read_only(target)) as book:
            row = book.execute("SELECT value FROM meta WHERE key = 'fingerprint'").fetchone()
    except sqlite3.DatabaseError:  # damaged: build anew
        return None
    return _report(target, built=False) if row and row["value"] == fingerprint else None


def _copy(package: sqlite3.Connection, book: sqlite3.Connection) -> None:
    known = {(v.law, v.version.isoformat()): v for v in load_versions()}
    for law in package.execute("SELECT law_id, law_name, version_date, issuing_body FROM laws").fetchall():
        name, version = short_name(law["law_name"]), law["version_date"]
        row = known.get((name, version))
        if row is None:
            _refuse(book, name, version, None, None, None, "没有核实过的施行日期，不收录")
            continue
        _write_version(book, row, law["law_name"], law["issuing_body"] or "")
        _write_articles(book, row, _read_articles(package, law["law_id"]))


def _write_version(book: sqlite3.Connection, row: Version, full_name: str, issuer: str) -> None:
    book.execute(
        "INSERT INTO versions (law, version, full_name, kind, issuer, effective_from, effective_to, source, note) "
        "VALUES (?, ?, ?, 'law', ?, ?, ?, ?, ?)",
        (
            row.law,
            row.version.isoformat(),
            full_name,
            issuer,
            row.effective_from.isoformat(),
            row.effective_to.isoformat() if row.effective_to else None,
            f"{PACKAGE} {PINNED_VERSION}；日期：{row.source}",
            row.note,
        ),
    )


def _read_articles(package: sqlite3.Connection, law_id: str) -> list[_Raw]:
    found = []
    for row in package.execute("SELECT * FROM articles WHERE law_id = ? ORDER BY id", (law_id,)):
        match = _NUMBER.fullmatch(row["article_no"])
        if match is None:
            raise StatuteSourceError(f"{row['law_name']}：认不出条号 {row['article_no']!r}，请检查 versions.csv")
        number, sub = to_int(match[1]), to_int(match[2]) if match[2] else 0
        found.append(_Raw(number, sub, row["chapter"] or "", row["section"] or "", row["article_text"]))
    return found


def _write_articles(book: sqlite3.Connection, row: Version, raws: list[_Raw]) -> None:
    law, version = row.law, row.version.isoformat()
    stale = {(s.number, s.sub): s for s in load_stale() if s.law == law}
    keys = [(raw.number, raw.sub) for raw in raws]
    twice = {key for key in keys if keys.count(key) > 1} if len(set(keys)) < len(keys) else set()
    numbers = {raw.number for raw in raws}
    for missing in sorted(set(range(1, max(numbers, default=0) + 1)) - numbers):
        _refuse(book, law, version, missing, 0, None, "随包文本缺这一条")
    for raw in raws:
        cleaned = clean.clean_article(raw.text)
        doubt = cleaned.doubt
        if (raw.number, raw.sub) in twice:
            doubt = "条号重复"
        elif raw.number + 1 not in numbers and raw.number != max(numbers):
            doubt = "后一条缺失，其文字可能混入本条"
        if doubt:
            _refuse(book, law, version, raw.number, raw.sub, None, doubt)
            continue
        if old := stale.get((raw.number, raw.sub)):
            _refuse(book, law, version, raw.number, raw.sub, old.since.isoformat(), old.reason)
        book.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                law,
                version,
                raw.number,
                raw.sub,
                _heading(raw.chapter),
                _heading(raw.section),
                cleaned.text,
                dump_paragraphs(clean.paragraphs(cleaned.text)),
                text_sha256(cleaned.text),
            ),
        )


def _heading(raw: str) -> str:
    """第二章 物 权 -> 第二章 物权: one blank after the number, none inside the title."""
    head, _, title = raw.strip().partition(" ")
    return f"{head} {''.join(title.split())}".strip()


def _refuse(
    book: sqlite3.Connection,
    law: str,
    version: str,
    number: int | None,
    sub: int | None,
    since: str | None,
    reason: str,
) -> None:
    book.execute("INSERT INTO refused VALUES (?, ?, ?, ?, ?, ?)", (law, version, number, sub, since, reason))


def _report(target: Path, *, built: bool) -> BuildReport:
    with closing(open_read_only(target)) as book:
        laws = book.execute("SELECT count(*) FROM versions").fetchone()[0]
        articles = book.execute("SELECT count(*) FROM articles").fetchone()[0]
        refused = tuple(
            Refusal(r["law"], r["version"], r["number"], r["sub"], r["reason"])
            for r in book.execute("SELECT * FROM refused ORDER BY law, version, number, sub")
        )
    return BuildReport(target, built, laws, articles, refused)


def describe(refusal: Refusal) -> str:
    """For reports: 刑法第一百六十五条：…"""
    article = f"第{to_chinese(refusal.number)}条" if refusal.number else "（整部）"
    return f"{refusal.law}{article}：{refusal.reason}"


def open_book(settings: Settings) -> StatuteBook:
    """The statute book, built from the package's data when it is absent or older than our tables."""
    return StatuteBook(build_book(settings.data_dir / "statutes").path)
