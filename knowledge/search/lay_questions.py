"""Lay questions with the articles a lawyer named, and the one fixed split of them.

A file of JSON lines (`id`, `question`, `statutes`), given by path: it is not ours to keep. Questions that say much the same
stay together in one part; each law is spread over the parts alike. The split is written down (`lay_split.yml`) and not computed:
it must not move when a law is added, or what was learned from would be measured.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

from knowledge.statutes.citations import parse
from knowledge.statutes.names import NameTable

Part = Literal["fit", "tune", "test"]
SPLIT = Path(__file__).with_name("lay_split.yml")
ANSWERS = Path(__file__).with_name("lay_answers.yml")
SUCCESSION = Path(__file__).parents[1] / "statutes" / "succession.csv"


@dataclass(frozen=True)
class LayQuestion:
    """`named`: the keys a lawyer wrote (民法典#577), led to the article that says it today; `part`: of the split; `answers`: ids of
    the FAQs and guides that answer it, as graders who read them found (of the parts `tune` and `test`)."""

    id: int
    text: str
    named: frozenset[str]
    part: Part
    answers: frozenset[str] = frozenset()


def load_questions(path: Path, names: NameTable) -> list[LayQuestion]:
    """All questions of the file; `names` is the statute book's table, so that imported rules are known. Raises ValueError for
    a question that is in no part."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    named = [article_keys(row["statutes"], names) for row in rows]
    parts = split()
    strangers = [row["id"] for row in rows if int(row["id"]) not in parts]
    if strangers:
        raise ValueError(f"{path}：问题 {strangers[:3]} 不在 {SPLIT.name} 里，不知道能不能学，先在那里写明归哪一份")
    answers = graded()
    return [
        LayQuestion(number, row["question"], keys, parts[number], answers.get(number, frozenset()))
        for row, keys in zip(rows, named, strict=True)
        for number in [int(row["id"])]
    ]


@lru_cache(maxsize=1)
def split() -> dict[int, Part]:
    """Question number -> its part."""
    parts: dict[Part, list[int]] = yaml.safe_load(SPLIT.read_text("utf-8"))
    return {number: part for part, numbers in parts.items() for number in numbers}


@lru_cache(maxsize=1)
def graded() -> dict[int, frozenset[str]]:
    """Question number -> the entries that answer it."""
    rows: dict[int, list[str]] = yaml.safe_load(ANSWERS.read_text("utf-8"))
    return {number: frozenset(entries) for number, entries in rows.items()}


def article_keys(statutes: Iterable[str], names: NameTable) -> frozenset[str]:
    """Keys of the articles; one that was moved by a later law is led to its present place. A rule nobody knows keeps the
    name it was given, so that it counts as unreachable and not as absent."""
    keys = set()
    for text in statutes:
        found = [(c.law, f"{c.article}" + (f"-{c.sub}" if c.sub else "")) for c in parse(text, names)]
        keys |= {f"{law or text}#{number}" for law, number in found} or {f"{text}#?"}
    moved = successions()
    return frozenset(moved.get(key, key) for key in keys)


@lru_cache(maxsize=1)
def successions() -> dict[str, str]:
    """Key of an article of a law since changed -> key of the article that says the same today (succession.csv)."""
    with SUCCESSION.open(encoding="utf-8", newline="") as file:
        return {row["was"]: row["now"] for row in csv.DictReader(file)}
