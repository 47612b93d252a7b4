"""Lay questions with the articles a lawyer named, and the one fixed split of them.

A file of JSON lines (`id`, `question`, `statutes`), given by path: it is not ours to keep. Questions that say much the same
stay together in one part; each law is spread over the parts alike. `fit` trains the encoder, `tune` fits what stands on
top of it (ranking, thresholds), `test` is only measured: 64, 16 and 20 of 100.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from knowledge.statutes.citations import parse
from knowledge.statutes.names import NameTable

Part = Literal["fit", "tune", "test"]
ALIKE = 0.4  # share of common character pairs from which two questions are one group
SUCCESSION = Path(__file__).parents[1] / "statutes" / "succession.csv"


@dataclass(frozen=True)
class LayQuestion:
    """`named`: the keys a lawyer wrote (民法典#577), led to the article that says it today; `part`: of the split."""

    id: int
    text: str
    named: frozenset[str]
    part: Part


def load_questions(path: Path, names: NameTable) -> list[LayQuestion]:
    """All questions of the file; `names` is the statute book's table, so that imported rules are known."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    named = [article_keys(row["statutes"], names) for row in rows]
    parts = _split([int(row["id"]) for row in rows], [row["question"] for row in rows], named)
    return [
        LayQuestion(int(row["id"]), row["question"], keys, part)
        for row, keys, part in zip(rows, named, parts, strict=True)
    ]


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


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def _groups(texts: Sequence[str]) -> list[int]:
    """For each text the number of the first text of its group."""
    pairs = [_pairs(text) for text in texts]
    head = list(range(len(texts)))

    def root(at: int) -> int:
        while head[at] != at:
            at = head[at]
        return at

    for i, left in enumerate(pairs):
        for j in range(i):
            common = len(left & pairs[j])
            if common and common / len(left | pairs[j]) >= ALIKE:
                head[max(root(i), root(j))] = min(root(i), root(j))
    return [root(at) for at in range(len(texts))]


def _split(ids: Sequence[int], texts: Sequence[str], named: Sequence[frozenset[str]]) -> list[Part]:
    groups = _groups(texts)
    by_law: dict[str, list[int]] = defaultdict(list)
    for group in sorted(set(groups), key=lambda at: hashlib.sha256(str(ids[at]).encode()).digest()):
        by_law[min(named[group]).partition("#")[0]].append(group)
    ordered = [group for law in sorted(by_law, key=lambda law: (-len(by_law[law]), law)) for group in by_law[law]]
    part_of: dict[int, Part] = {}
    for number, group in enumerate(ordered):
        tuning = number % 5 == 3 and number % 25 != 3
        part_of[group] = "test" if number % 5 == 0 else "tune" if tuning else "fit"
    return [part_of[group] for group in groups]
