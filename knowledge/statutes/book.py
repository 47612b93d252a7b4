"""The statute book: what an article says and whether it is in force on a day. Read-only, safe to share between threads.

    book = StatuteBook(data_dir / "statutes" / "book.sqlite")
    book.find("民法典", 577, on=today)                 -> Article | None
    book.lookup("商标法", 57, on=date(2018, 1, 1))     -> Lookup with a reason and a message for people

Imported rules are read from `imported.sqlite` beside the book, as soon as it exists.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from knowledge.statutes.names import NameMatch, NameTable, default_names
from knowledge.statutes.numerals import to_chinese, to_int
from knowledge.statutes.store import open_read_only, text_sha256
from knowledge.statutes.versions import load_repealed

__all__ = ["Article", "Lookup", "Reason", "StatuteBook", "article_label", "text_sha256"]

IMPORTED_NAME = "imported.sqlite"
KEPT = 30_000  # articles looked up: more than there are; all content cites some 3,000
_ITEM_LINE = re.compile(r"^[（(]([一二三四五六七八九十百]+)[）)]")


class Reason(StrEnum):
    """Why there is no article to show. NOT_IN_BOOK: a rule we know by name, whose text may come by import."""

    UNKNOWN_LAW = "unknown_law"
    NOT_IN_BOOK = "not_in_book"
    AMBIGUOUS_LAW = "ambiguous_law"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    NO_LONGER_IN_FORCE = "no_longer_in_force"
    NO_TEXT_FOR_DAY = "no_text_for_day"
    NO_SUCH_ARTICLE = "no_such_article"
    REFUSED = "refused"


@dataclass(frozen=True)
class Article:
    """An article as in force on the day it was asked for. Dates are inclusive; `in_force_until` None means open."""

    law: str
    full_name: str
    number: int
    sub: int
    text: str
    paragraphs: tuple[str, ...]
    chapter: str
    section: str
    version: date
    in_force_since: date
    in_force_until: date | None
    source: str
    sha256: str
    kind: str = "law"
    document_number: str = ""
    issuer: str = ""

    @property
    def label(self) -> str:
        return article_label(self.number, self.sub)

    @property
    def key(self) -> str:
        """Stable across versions: 民法典#577, 刑法#133-1."""
        return f"{self.law}#{self.number}" + (f"-{self.sub}" if self.sub else "")

    def paragraph(self, number: int) -> str | None:
        """The 款, with its items; None when the article has fewer."""
        return self.paragraphs[number - 1] if 1 <= number <= len(self.paragraphs) else None

    def item(self, number: int, paragraph: int | None = None) -> str | None:
        """The 项. Without a paragraph: of the only paragraph that has items; None when none or several have."""
        if paragraph is not None:
            text = self.paragraph(paragraph)
            return _items(text).get(number) if text else None
        lists = [items for items in map(_items, self.paragraphs) if items]
        return lists[0].get(number) if len(lists) == 1 else None


@dataclass(frozen=True)
class Lookup:
    """`article`, or the `reason` there is none and a `message` for people."""

    article: Article | None
    reason: Reason | None = None
    message: str = ""


def article_label(number: int, sub: int = 0) -> str:
    """第五百七十七条, 第一百三十三条之一."""
    return f"第{to_chinese(number)}条" + (f"之{to_chinese(sub)}" if sub else "")


class StatuteBook:
    """Reads `book.sqlite` at `path` and `imported.sqlite` beside it. FileNotFoundError before it is built."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise FileNotFoundError(f"法条库还没有建立：{path}。请先运行 xiaofa index")
        self._lock = threading.Lock()
        self._db = open_read_only(path)
        self._imported_path = path.with_name(IMPORTED_NAME)
        self._imported: sqlite3.Connection | None = None
        self._names: NameTable | None = None
        self._names_key: tuple[int, int] | None = None
        self._looked_up = lru_cache(KEPT)(self._look_up)

    def close(self) -> None:
        with self._lock:
            self._db.close()
            if self._imported is not None:
                self._imported.close()

    def find(self, law: str, article: int, sub: int = 0, *, on: date) -> Article | None:
        """The article in force on the day, or None; `lookup` says why."""
        return self.lookup(law, article, sub, on=on).article

    def lookup(self, law: str, article: int, sub: int = 0, *, on: date) -> Lookup:
        """As `find`, with the reason. `law` may be any name that `resolve_name` knows."""
        return self._looked_up(law, article, sub, on, self.imported_stamp())

    def _look_up(self, law: str, article: int, sub: int, on: date, _imported: tuple[int, int] | None) -> Lookup:
        match = self.resolve_name(law)
        if match.name is None:
            reason = Reason.AMBIGUOUS_LAW if match.candidates else Reason.UNKNOWN_LAW
            return Lookup(None, reason, f"“{law}”：{match.message}")
        name = match.name
        version, problem = self._version_on(name, on)
        if version is None:
            assert problem is not None
            return problem
        key = (name, version["version"], article, sub)
        where = f"《{name}》{article_label(article, sub)}"
        for refusal in self._query(
            "SELECT since, reason FROM refused WHERE law = ? AND version = ? AND number = ? AND sub = ?", key
        ):
            if refusal["since"] is None or refusal["since"] <= on.isoformat():
                return Lookup(None, Reason.REFUSED, f"{where}的文本暂不能引用：{refusal['reason']}。请核对官方文本。")
        rows = self._query("SELECT * FROM articles WHERE law = ? AND version = ? AND number = ? AND sub = ?", key)
        if not rows:
            return Lookup(None, Reason.NO_SUCH_ARTICLE, f"《{name}》没有{article_label(article, sub)}。")
        return Lookup(_article(version, rows[0]))

    def law_in_force(self, law: str, on: date) -> bool:
        """Whether a version of the law whose dates we know is in force on the day (its text may still be absent)."""
        name = self.resolve_name(law).name
        return name is not None and any(_covers(row, on) for row in self._versions(name))

    def law_status(self, law: str, on: date) -> Lookup:
        """Why a law cannot be shown on the day; no reason when it can."""
        match = self.resolve_name(law)
        if match.name is None:
            reason = Reason.AMBIGUOUS_LAW if match.candidates else Reason.UNKNOWN_LAW
            return Lookup(None, reason, f"“{law}”：{match.message}")
        return self._version_on(match.name, on)[1] or Lookup(None)

    def articles(self, on: date, law: str | None = None) -> Iterator[Article]:
        """Every article that may be quoted on the day, by law and number, for indexing; no stale or doubtful ones."""
        only = self.resolve_name(law).name if law else None
        rows = self._query("SELECT * FROM versions WHERE has_text = 1 ORDER BY law, effective_from", ())
        for version in rows:
            if not _covers(version, on) or (law and version["law"] != only):
                continue
            key = (version["law"], version["version"])
            stale = {
                (row["number"], row["sub"])
                for row in self._query("SELECT * FROM refused WHERE law = ? AND version = ? AND since IS NOT NULL", key)
                if row["since"] <= on.isoformat()
            }
            for row in self._query("SELECT * FROM articles WHERE law = ? AND version = ? ORDER BY number, sub", key):
                if (row["number"], row["sub"]) not in stale:
                    yield _article(version, row)

    def laws(self, on: date) -> list[str]:
        """Short names of the laws and imported rules with a text in force on the day."""
        rows = self._query("SELECT * FROM versions WHERE has_text = 1 ORDER BY law", ())
        return sorted({row["law"] for row in rows if _covers(row, on)})

    def resolve_name(self, text: str) -> NameMatch:
        """The law a name or alias stands for, imported rules included."""
        return self.names().resolve(text)

    def names(self) -> NameTable:
        """Our name table with the names of imported rules: give it to the citation parser. Follows a later import."""
        key = self.imported_stamp()
        if self._names is None or self._names_key != key:
            rows = self._query("SELECT DISTINCT law FROM versions", ())
            self._names, self._names_key = default_names().extended(row["law"] for row in rows), key
        return self._names

    def _versions(self, name: str) -> list[sqlite3.Row]:
        return self._query("SELECT * FROM versions WHERE law = ? ORDER BY effective_from", (name,))

    def _version_on(self, name: str, on: date) -> tuple[sqlite3.Row | None, Lookup | None]:
        """The version in force on the day with its text, or the reason there is none."""
        versions = self._versions(name)
        for row in versions:
            if _covers(row, on):
                if row["has_text"]:
                    return row, None
                message = f"《{name}》{on}有效的版本没有正文，暂不能引用，请核对官方文本。"
                return None, Lookup(None, Reason.NO_TEXT_FOR_DAY, message)
        return None, _why_no_version(name, on, versions)

    def _query(self, sql: str, parameters: tuple[object, ...]) -> list[sqlite3.Row]:
        """From the book, then the imported rules. Their laws are disjoint: the importer refuses what the book has."""
        with self._lock:
            rows = self._db.execute(sql, parameters).fetchall()
            if self._imported is None and self._imported_path.is_file():
                self._imported = open_read_only(self._imported_path)
            if self._imported is not None:
                rows += self._imported.execute(sql, parameters).fetchall()
        return rows

    def imported_stamp(self) -> tuple[int, int] | None:
        """Changes with every import; None before the first."""
        try:
            status = self._imported_path.stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_size


def _covers(row: sqlite3.Row, on: date) -> bool:
    day = on.isoformat()
    return bool(row["effective_from"] <= day and (row["effective_to"] is None or day <= row["effective_to"]))


def _why_no_version(name: str, on: date, versions: list[sqlite3.Row]) -> Lookup:
    repealed = load_repealed().get(name)
    if repealed and not versions:
        if on > repealed.until:
            message = (
                f"《{name}》只施行到{repealed.until}，已废止，现适用《{repealed.replaced_by}》（{repealed.source}）。"
            )
            return Lookup(None, Reason.NO_LONGER_IN_FORCE, message)
        return Lookup(None, Reason.NO_TEXT_FOR_DAY, f"《{name}》{on}的文本不在库中，请核对官方文本。")
    if not versions:
        return Lookup(None, Reason.NOT_IN_BOOK, f"《{name}》的文本不在法条库中，条文请核对官方文本。")
    first, last = versions[0], versions[-1]
    day = on.isoformat()
    if day < first["effective_from"]:
        if first["version"] <= day:
            message = (
                f"《{name}》{first['version']}通过或修改的文本自{first['effective_from']}起施行，"
                f"{on}尚未施行，此前的文本不在库中。"
            )
            return Lookup(None, Reason.NOT_YET_IN_FORCE, message)
        message = f"库中《{name}》最早的文本自{first['effective_from']}起施行，没有{on}的文本，请核对官方文本。"
        return Lookup(None, Reason.NO_TEXT_FOR_DAY, message)
    if last["effective_to"] and day > last["effective_to"]:
        reason_text = f"（{last['note']}）" if last["note"] else ""
        reason = Reason.NO_TEXT_FOR_DAY if "修订" in last["note"] else Reason.NO_LONGER_IN_FORCE
        message = f"库中《{name}》的文本有效至{last['effective_to']}{reason_text}，没有{on}的文本。"
        return Lookup(None, reason, message)
    return Lookup(None, Reason.NO_TEXT_FOR_DAY, f"《{name}》{on}的文本不在库中，请核对官方文本。")


def _article(version: sqlite3.Row, row: sqlite3.Row) -> Article:
    until = version["effective_to"]
    return Article(
        law=row["law"],
        full_name=version["full_name"],
        number=row["number"],
        sub=row["sub"],
        text=row["text"],
        paragraphs=tuple(json.loads(row["paragraphs"])),
        chapter=row["chapter"],
        section=row["section"],
        version=date.fromisoformat(version["version"]),
        in_force_since=date.fromisoformat(version["effective_from"]),
        in_force_until=date.fromisoformat(until) if until else None,
        source=version["source"],
        sha256=row["sha256"],
        kind=version["kind"],
        document_number=version["number"],
        issuer=version["issuer"],
    )


def _items(paragraph: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for line in paragraph.split("\n"):
        if match := _ITEM_LINE.match(line):
            found[to_int(match[1])] = line
    return found
