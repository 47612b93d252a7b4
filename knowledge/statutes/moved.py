"""Where an article went when its law was revised and renumbered: what was written under the old number is not shown the
new article of that number, which is about something else (`moved.csv`, read article by article against both texts).
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from knowledge.statutes.citations import ParsedCitation, canonical, parse_one

FILE = Path(__file__).with_name("moved.csv")


@lru_cache(maxsize=1)
def load_moved() -> dict[str, tuple[date, tuple[str, ...]]]:
    """Old reference, with its paragraph where that one moved too -> last day under that number, references since."""
    moved: dict[str, tuple[date, tuple[str, ...]]] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            now = tuple(f"{row['law']}{article}" for article in row["now"].split("、"))
            moved[canonical(parse_one(f"{row['law']}{row['was']}"))] = date.fromisoformat(row["until"]), now
    return moved


def moved_to(cited: ParsedCitation, on: date) -> tuple[str, ...] | None:
    """The references that say today what this one said before its law was renumbered; None when nothing moved."""
    bare = ParsedCitation(law=cited.law, article=cited.article, sub=cited.sub)
    with_paragraph = load_moved().get(canonical(replace(bare, paragraph=cited.paragraph)))
    found = with_paragraph or load_moved().get(canonical(bare))
    if found is None or on <= found[0]:
        return None
    if with_paragraph or not cited.paragraph or len(found[1]) > 1:
        return found[1]
    return (canonical(replace(parse_one(found[1][0]), paragraph=cited.paragraph)),)  # its place within the article
