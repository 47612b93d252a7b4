"""Import judicial interpretations and regulations from Markdown folders and official .docx files.

    report = import_path(Path("../shared/statutes"), into=data_dir / "statutes", on=today)

Writes `imported.sqlite`, which the statute book reads beside its own: a reference becomes a quote. Idempotent; a file
that is broken, hostile or doubtful is refused by name with its reason and never stops the others. Refusing is the safe
side: a text whose days in force are not proved would be quoted as law.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from knowledge.statutes.book import IMPORTED_NAME
from knowledge.statutes.import_store import ImportedRule, open_store, save_rules
from knowledge.statutes.names import default_names, short_name
from knowledge.statutes.parse_docx import read_docx
from knowledge.statutes.parse_markdown import read_markdown
from knowledge.statutes.rule_file import RuleFile, document_number
from knowledge.statutes.rule_text import RuleText, RuleTextError, amended_by, effective_day, split_rule
from knowledge.statutes.versions import Amendment, load_amendments, load_repealed, load_versions

READERS = {".md": read_markdown, ".markdown": read_markdown, ".docx": read_docx}
MAX_FILES = 20_000

Status = Literal["taken", "unchanged", "refused"]


@dataclass(frozen=True)
class ImportRow:
    """What became of one file. `path` is relative to the folder given."""

    path: str
    status: Status
    law: str = ""
    version: date | None = None
    effective: date | None = None
    articles: int = 0
    in_force: bool = False
    reason: str = ""


@dataclass(frozen=True)
class ImportReport:
    rows: tuple[ImportRow, ...]
    ignored: int = 0
    on: date | None = None

    def count(self, status: Status) -> int:
        return sum(row.status == status for row in self.rows)

    @property
    def taken(self) -> int:
        return self.count("taken")

    @property
    def unchanged(self) -> int:
        return self.count("unchanged")

    @property
    def refused(self) -> int:
        return self.count("refused")

    @property
    def in_force(self) -> int:
        return sum(row.in_force for row in self.rows)

    @property
    def reasons(self) -> Counter[str]:
        """How often each reason was given, details in brackets or after a colon left out."""
        return Counter(re.split(r"[：（]", row.reason)[0] for row in self.rows if row.status == "refused")


@dataclass
class _Candidate:
    """A file on its way. `problem` is why it is refused; it may still tell other files a date."""

    path: str
    file: RuleFile | None = None
    law: str = ""
    rule: RuleText | None = None
    effective: date | None = None
    effective_source: str = ""
    problem: str = ""


def import_path(path: Path, into: Path, on: date) -> ImportReport:
    """Import a file or a folder (searched in depth, links not followed) into `into/imported.sqlite`.

    `on` is the day for which the report says what is in force. Raises FileNotFoundError when `path` does not exist.
    """
    if not path.exists():
        raise FileNotFoundError(f"没有这个文件或文件夹：{path}")
    candidates: list[_Candidate] = []
    ignored = 0
    for name, file in _files(path):
        if file is None:
            candidates.append(_Candidate(name, problem="是符号链接或不是普通文件，不读取"))
        elif file.suffix.lower() not in READERS:
            ignored += 1
        elif len(candidates) >= MAX_FILES:
            candidates.append(_Candidate(name, problem=f"一次最多导入 {MAX_FILES} 个文件"))
        else:
            candidates.append(_read(name, file))
    _settle_dates(candidates)
    into.mkdir(parents=True, exist_ok=True)
    with closing(open_store(into / IMPORTED_NAME)) as store:
        return ImportReport(tuple(_save(store, candidates, on)), ignored, on)


def _files(path: Path) -> Iterator[tuple[str, Path | None]]:
    """(relative name, file), sorted; None for what must not be opened: a link could point anywhere, a pipe blocks."""
    if not path.is_dir():
        yield path.name, None if path.is_symlink() or not path.is_file() else path
        return
    for folder, folders, names in os.walk(path, followlinks=False):
        folders.sort()
        for name in sorted(names):
            file = Path(folder) / name
            safe = not file.is_symlink() and file.is_file()
            yield file.relative_to(path).as_posix(), file if safe else None


def _read(name: str, path: Path) -> _Candidate:
    candidate = _Candidate(name)
    try:
        candidate.file = file = READERS[path.suffix.lower()](path)
        resolved = default_names().resolve(file.name)
        candidate.law = resolved.name or short_name(file.name)
        if file.effective:
            candidate.effective, candidate.effective_source = file.effective, "文件元数据"
        candidate.problem = _refused_by_head(candidate.law, file)
        candidate.rule = split_rule(list(file.lines))
    except RuleTextError as error:
        candidate.problem = candidate.problem or str(error)
    except Exception as error:  # one file must never stop the others, whatever it does to a library
        candidate.problem = f"读取失败：{type(error).__name__}"
    return candidate


def _refused_by_head(law: str, file: RuleFile) -> str:
    if not 2 <= len(law) <= 120:
        return "没有认出文件名称"
    if law in {v.law for v in load_versions()} or law in load_repealed():
        return "国家法律以随包文本为准，不导入"
    if "决定" in law and re.search(r"关于(?:修改|废止|修订|宣布)", law):
        return "修改、废止决定不单独收录"
    if file.validity in ("已废止", "失效", "已失效"):
        return "已废止"
    return ""


def _settle_dates(candidates: list[_Candidate]) -> None:
    """First day in force: the file's head, else another file's of the same name and day, else that of the decision which
    amended it, else the text's own word."""
    told: dict[tuple[str, date | None], _Candidate] = {
        (c.law, c.file.published): c
        for c in candidates
        if c.file is not None and c.effective is not None and c.file.published is not None
    }
    for candidate in candidates:
        file, rule = candidate.file, candidate.rule
        if file is None or candidate.effective is not None:
            pass
        elif (twin := told.get((candidate.law, file.published))) is not None:
            candidate.effective, candidate.effective_source = twin.effective, f"同名文件“{twin.path}”的元数据"
        elif (amended := _amendment(rule, file.published)) is not None:
            candidate.effective, candidate.effective_source = amended.effective_from, amended.source
        elif rule is not None and (day := effective_day(rule, file.published)) is not None:
            candidate.effective, candidate.effective_source = day, "条文自述"
        if file is None or candidate.problem:
            continue
        if candidate.effective is None:
            candidate.problem = "没有施行日期"
        elif file.published is not None and candidate.effective < file.published:
            # The closing article of a revised text still gives the first version's day.
            candidate.problem = f"施行日期早于公布日期：{candidate.effective}早于{file.published}，可能是修改前的日期"


def _amendment(rule: RuleText | None, published: date | None) -> Amendment | None:
    """The decision that made this version, when our table says from when it is in force. The day it was made proves nothing:
    many are in force weeks later."""
    named = amended_by(rule) if rule else None
    return load_amendments().get(named) if named and named[0] == published else None


def _save(store: sqlite3.Connection, candidates: list[_Candidate], on: date) -> Iterator[ImportRow]:
    rules = [_rule(c) for c in candidates]
    outcomes = save_rules(store, [rule for rule in rules if rule is not None], on)
    for candidate, rule in zip(candidates, rules, strict=True):
        law = candidate.law
        if rule is None or not rule.articles:
            yield ImportRow(candidate.path, "refused", law, reason=candidate.problem)
            continue
        outcome = outcomes[candidate.path]
        yield ImportRow(
            candidate.path,
            outcome.status,
            law,
            rule.version,
            rule.effective,
            len(rule.articles),
            outcome.in_force,
            outcome.reason,
        )


def _rule(candidate: _Candidate) -> ImportedRule | None:
    """What is stored: the text, or for an empty body only its days, so that an older version does not seem in force."""
    file, rule = candidate.file, candidate.rule
    if file is None or candidate.effective is None:
        return None
    empty = rule is None and candidate.problem == "正文为空" and file.validity != "已废止"
    if candidate.problem and not empty:
        return None
    head = "\n".join(rule.preamble) if rule else ""
    issuer = file.issuer or _issuer(candidate.law, head)
    return ImportedRule(
        path=candidate.path,
        law=candidate.law,
        full_name=re.sub(r"[（(]\d{4}[)）]$", "", file.name.strip()),
        number=document_number(head),
        issuer=issuer,
        kind=_kind(issuer),
        version=file.published or candidate.effective,
        effective=candidate.effective,
        validity=file.validity,
        note="" if file.validity else "文件未标明时效",
        source=f"导入：{candidate.path}；施行日期：{candidate.effective_source}"
        + ("" if file.validity else "；时效未标明"),
        articles=rule.articles if rule else (),
    )


def _issuer(law: str, head: str) -> str:
    if match := re.match(r"^(最高人民法院|最高人民检察院|国务院)", law):
        return match[1]
    if match := re.search(r"(\S{2,20}人民代表大会(?:常务委员会)?|国务院|最高人民法院|最高人民检察院)", head):
        return re.sub(r"第.{1,4}届", "", match[1])
    return ""


def _kind(issuer: str) -> str:
    if issuer.startswith("最高人民"):
        return "judicial"
    return "regulation" if issuer == "国务院" else "local" if "人民代表大会" in issuer else "rule"
