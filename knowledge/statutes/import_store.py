"""Writes `imported.sqlite`: one transaction for an import, days in force worked out over all versions of a rule."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from knowledge.statutes.rule_text import RuleArticle
from knowledge.statutes.store import SCHEMA, dump_paragraphs, text_sha256
from knowledge.statutes.versions import day_before, load_stale


@dataclass(frozen=True)
class ImportedRule:
    """A version of a rule ready to store. Without articles it only marks from when the older text is not the law."""

    path: str
    law: str
    full_name: str
    number: str
    issuer: str
    kind: str
    version: date
    effective: date
    validity: str
    note: str
    source: str
    articles: tuple[RuleArticle, ...]

    @property
    def content_hash(self) -> str:
        parts = [
            self.law,
            self.full_name,
            self.number,
            self.version.isoformat(),
            self.effective.isoformat(),
            self.validity,
        ]
        parts += [f"{a.number}-{a.sub}\t{a.doubt}\t{a.text}" for a in self.articles]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    status: Literal["taken", "unchanged", "refused"]
    in_force: bool = False
    reason: str = ""


def open_store(path: Path) -> sqlite3.Connection:
    """Opens for writing, creating the tables. One file, no WAL: readers may have it on a read-only mount."""
    if not path.exists():
        _create(path)
    db = sqlite3.connect(path, timeout=10, isolation_level=None)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA cache_spill=OFF")  # who reads meanwhile is kept waiting by the commit alone
    db.executescript(SCHEMA)
    return db


def _create(path: Path) -> None:
    """Aside and then into place: a server that looks for the file never finds it without its tables."""
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        with closing(sqlite3.connect(draft)) as db:
            db.executescript(SCHEMA)
        with suppress(FileExistsError):  # another import was first: then theirs counts
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def save_rules(db: sqlite3.Connection, rules: list[ImportedRule], on: date) -> dict[str, Outcome]:
    """Store what is new, all or nothing; the outcome of each file by its path."""
    outcomes: dict[str, Outcome] = {}
    here: dict[tuple[str, str], ImportedRule] = {}
    db.execute("BEGIN IMMEDIATE")
    try:
        # Texts before bare dates: an empty twin must not take the place of the file that has the articles.
        for rule in sorted(rules, key=lambda r: (not r.articles, r.path)):
            key = (rule.law, rule.version.isoformat())
            outcomes[rule.path] = _save_one(db, rule, here.get(key))
            here.setdefault(key, rule)
        _work_out_ends(db)
        dropped = _drop_modified(db)
        _work_out_ends(db)
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    for rule in rules:
        key = (rule.law, rule.version.isoformat())
        if outcomes[rule.path].status == "refused":
            continue
        if key in dropped:
            outcomes[rule.path] = Outcome("refused", reason="已修改，而没有后一版本的施行日期")
        else:
            outcomes[rule.path] = Outcome(outcomes[rule.path].status, _in_force(db, key, on))
    return outcomes


def _save_one(db: sqlite3.Connection, rule: ImportedRule, twin: ImportedRule | None) -> Outcome:
    key = (rule.law, rule.version.isoformat())
    old = db.execute("SELECT * FROM versions WHERE law = ? AND version = ?", key).fetchone()
    if twin is not None:  # two files of this import hold the same version: the first in order stands
        same = [a.text for a in twin.articles] == [a.text for a in rule.articles]
        why = "内容相同" if same else "文字或日期有出入，保留先读到的一份"
        return Outcome("refused", reason=f"同一版本已有：“{twin.path}”，{why}")
    if old is not None and old["content_hash"] == rule.content_hash:
        return Outcome("unchanged")
    if old is not None and old["has_text"] and not rule.articles:
        return Outcome("unchanged")
    for table in ("versions", "articles", "refused"):
        db.execute(f"DELETE FROM {table} WHERE law = ? AND version = ?", key)  # noqa: S608 (names from the line above)
    db.execute(
        "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?)",
        (
            *key,
            rule.full_name,
            rule.kind,
            rule.number,
            rule.issuer,
            rule.effective.isoformat(),
            rule.source,
            rule.note,
            rule.validity,
            rule.content_hash,
            int(bool(rule.articles)),
        ),
    )
    stale = {(s.number, s.sub): s for s in load_stale() if s.law == rule.law}
    for article in rule.articles:
        where = (*key, article.number, article.sub)
        if article.doubt:
            db.execute("INSERT INTO refused VALUES (?, ?, ?, ?, NULL, ?)", (*where, article.doubt))
            continue
        if (old_text := stale.get((article.number, article.sub))) and rule.effective < old_text.since:
            db.execute(
                "INSERT INTO refused VALUES (?, ?, ?, ?, ?, ?)", (*where, old_text.since.isoformat(), old_text.reason)
            )
        db.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *where,
                article.chapter,
                article.section,
                article.text,
                dump_paragraphs(article.paragraphs),
                text_sha256(article.text),
            ),
        )
    return Outcome("taken")


def _work_out_ends(db: sqlite3.Connection) -> None:
    """Each version is in force until the day before the next one of the same rule."""
    later: dict[str, date] = {}
    for row in db.execute("SELECT * FROM versions ORDER BY effective_from DESC, version DESC").fetchall():
        following = later.get(row["law"])
        end = day_before(following).isoformat() if following else None
        db.execute(
            "UPDATE versions SET effective_to = ? WHERE law = ? AND version = ?", (end, row["law"], row["version"])
        )
        later[row["law"]] = date.fromisoformat(row["effective_from"])


def _drop_modified(db: sqlite3.Connection) -> set[tuple[str, str]]:
    """A version marked 已修改 that nothing follows was replaced by a text we lack: it would seem in force for ever."""
    query = "SELECT law, version FROM versions WHERE validity = '已修改' AND effective_to IS NULL"
    dropped: set[tuple[str, str]] = set()
    while rows := [(row["law"], row["version"]) for row in db.execute(query).fetchall()]:
        for key in rows:
            for table in ("versions", "articles", "refused"):
                db.execute(f"DELETE FROM {table} WHERE law = ? AND version = ?", key)  # noqa: S608
        dropped.update(rows)
        _work_out_ends(db)
    return dropped


def _in_force(db: sqlite3.Connection, key: tuple[str, str], on: date) -> bool:
    row = db.execute("SELECT * FROM versions WHERE law = ? AND version = ?", key).fetchone()
    day = on.isoformat()
    return bool(row["effective_from"] <= day and (row["effective_to"] is None or day <= row["effective_to"]))
