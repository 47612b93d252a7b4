"""Which version of a law is in force on a day: our own table, since the package's status and dates mislead.

`versions.csv` has one row for each version whose text the package carries and whose dates we can prove. A law without
a row is neither indexed nor quoted. `effective_to` is the last day in force, empty while open. `stale.csv` lists
articles whose text in the package is older than the version says; `repealed.csv` laws that people still name.
`amendments.csv` says from when a decision that amended a rule is in force: the rule's own file names only its day.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from knowledge.statutes.names import REPEALED_FILE, VERSIONS_FILE, short_name

STALE_FILE = VERSIONS_FILE.with_name("stale.csv")
AMENDMENTS_FILE = VERSIONS_FILE.with_name("amendments.csv")


@dataclass(frozen=True)
class Version:
    """One version of a law. `version` is the day it was adopted or last amended; both effective days are inclusive."""

    law: str
    version: date
    effective_from: date
    effective_to: date | None
    source: str
    note: str

    def covers(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True)
class Repealed:
    law: str
    until: date
    replaced_by: str
    source: str


@dataclass(frozen=True)
class Stale:
    """From `since` on the package's text of this article is not the law; before, it was."""

    law: str
    number: int
    sub: int
    since: date
    reason: str


@dataclass(frozen=True)
class Amendment:
    """A decision that amended rules: the day it was made, and the first day it is in force."""

    decided: date
    decision: str
    effective_from: date
    source: str


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@lru_cache(maxsize=1)
def load_versions() -> tuple[Version, ...]:
    """The table, sorted by law and first day in force."""
    rows = (
        Version(
            law=row["law"],
            version=date.fromisoformat(row["version"]),
            effective_from=date.fromisoformat(row["effective_from"]),
            effective_to=date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
            source=row["source"],
            note=row["note"],
        )
        for row in _rows(VERSIONS_FILE)
    )
    return tuple(sorted(rows, key=lambda v: (v.law, v.effective_from)))


@lru_cache(maxsize=1)
def load_repealed() -> dict[str, Repealed]:
    return {
        row["law"]: Repealed(row["law"], date.fromisoformat(row["until"]), row["replaced_by"], row["source"])
        for row in _rows(REPEALED_FILE)
    }


@lru_cache(maxsize=1)
def load_stale() -> tuple[Stale, ...]:
    """Articles are written 165 or 165-1 (之一)."""
    entries = []
    for row in _rows(STALE_FILE):
        number, _, sub = row["article"].partition("-")
        entries.append(Stale(row["law"], int(number), int(sub or 0), date.fromisoformat(row["since"]), row["reason"]))
    return tuple(entries)


@lru_cache(maxsize=1)
def load_amendments() -> dict[tuple[date, str], Amendment]:
    """By the day and the title of the decision, as the head of an amended rule names it."""
    rows = (
        Amendment(
            date.fromisoformat(row["decided"]),
            row["decision"],
            date.fromisoformat(row["effective_from"]),
            row["source"],
        )
        for row in _rows(AMENDMENTS_FILE)
    )
    return {(row.decided, row.decision): row for row in rows}


@dataclass(frozen=True)
class OfficialRow:
    """One row of the official list (`../shared/statutes/law_dates.csv`)."""

    law: str
    title: str
    published: date
    effective: date
    validity: str


@dataclass(frozen=True)
class Difference:
    """Where our table and the official list disagree; `kind` is missing, effective, end or later."""

    law: str
    version: date
    kind: str
    message: str


def read_official(csv_path: Path) -> list[OfficialRow]:
    """Rows with both dates, laws and constitution only (decisions and amendments have no articles of their own)."""
    return [
        OfficialRow(
            short_name(row["title"]),
            row["title"],
            date.fromisoformat(row["published"]),
            date.fromisoformat(row["effective"]),
            row["validity"],
        )
        for row in _rows(csv_path)
        if row["kind"] in ("法律", "宪法") and row["published"] not in ("", "None") and row["effective"]
    ]


def check_versions(csv_path: Path) -> list[Difference]:
    """Compare every row of ours with the official list. Empty: they agree.

    Versions adopted after the list ends are not judged; their rows name the article that states the date.
    """
    official = read_official(csv_path)
    known = {(row.law, row.published): row for row in official}
    last = max(row.published for row in official)
    found: list[Difference] = []
    for ours in load_versions():
        theirs = known.get((ours.law, ours.version))
        if theirs is None:
            if ours.version <= last and "law_dates" in ours.source:
                found.append(Difference(ours.law, ours.version, "missing", "官方清单没有这个版本"))
            continue
        if theirs.effective != ours.effective_from:
            message = f"施行日期：本表 {ours.effective_from}，官方 {theirs.effective}"
            found.append(Difference(ours.law, ours.version, "effective", message))
        if theirs.validity in ("已修改", "已废止") and ours.effective_to is None:
            found.append(Difference(ours.law, ours.version, "end", f"官方标为{theirs.validity}，本表没有终止日期"))
        later = [row.effective for row in official if row.law == ours.law and row.published > ours.version]
        if later and ours.effective_to is None or later and ours.effective_to and min(later) <= ours.effective_to:
            message = f"后一版本 {min(later)} 起施行，本表终止于 {ours.effective_to}"
            found.append(Difference(ours.law, ours.version, "later", message))
    return found


def day_before(day: date) -> date:
    return day - timedelta(days=1)
