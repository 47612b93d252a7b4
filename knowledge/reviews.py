"""The ledger of reviews: `reviews/<topic>.yml`, written by `xiaofa knowledge review`, read by the check."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge import fast_yaml
from knowledge.checkup import Domain
from knowledge.content import KNOWLEDGE, Problem
from knowledge.schema import Faq, Guide, Review

LEDGER = KNOWLEDGE / "reviews"


def content_sha256(entry: Faq | Guide | Domain) -> str:
    """Hash of everything in an entry that a reader judges (its wordings for search do not count)."""
    plain = entry.model_dump(mode="json", exclude={"variants"})
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def load_reviews(folder: Path = LEDGER) -> tuple[dict[str, Review], list[Problem]]:
    """All reviews by content id, and what is wrong with the ledger."""
    reviews: dict[str, Review] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yml")):
        rows = _read(path)
        for id_, row in rows.items():
            try:
                reviews[id_] = Review.model_validate(row)
            except ValidationError as error:
                problems.append(Problem(path, 1, f"{id_}：{error.errors()[0]['msg']}"))
    return reviews, problems


@lru_cache(maxsize=1)
def read_articles() -> dict[str, dict[str, str]]:
    """By content id: the articles its reader read, canonical reference -> sha256 of the text."""
    return {id_: review.articles for id_, review in load_reviews()[0].items()}


def write_reviews(topic: str, new: dict[str, Review], folder: Path = LEDGER) -> Path:
    """Add or replace reviews of one topic."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{topic}.yml"
    rows = dict(_read(path)) if path.exists() else {}
    rows.update({id_: review.model_dump(mode="json") for id_, review in new.items()})
    header = "# 由 xiaofa knowledge review 写入，不要手改。\n"
    path.write_text(
        header + yaml.safe_dump(dict(sorted(rows.items())), allow_unicode=True, sort_keys=False, width=200), "utf-8"
    )
    return path


def _read(path: Path) -> dict[str, Any]:
    return _parsed(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _parsed(path: Path, _changed: int) -> dict[str, Any]:
    """Read once as long as nobody writes it; not to be changed by who gets it."""
    return fast_yaml.load(path.read_text("utf-8")) or {}
