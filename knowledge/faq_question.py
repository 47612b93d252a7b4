"""The question of one FAQ, for a page that links to it, without loading all the rest."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from knowledge.content import KNOWLEDGE, Problem, read_entries
from knowledge.schema import Faq

_ID = re.compile(r"^- id: (\S+)$", re.MULTILINE)


@lru_cache(maxsize=512)
def question_of(faq_id: str) -> str | None:
    """As written in `faq/`; None when there is no such FAQ."""
    path, problems = _files().get(faq_id), list[Problem]()
    entries = read_entries(path, Faq, problems) if path else ()
    return next((faq.question for faq, _ in entries if faq.id == faq_id), None)


@lru_cache(maxsize=1)
def _files() -> dict[str, Path]:
    """The file of each FAQ."""
    return {id_: path for path in (KNOWLEDGE / "faq").rglob("*.yml") for id_ in _ID.findall(path.read_text("utf-8"))}
