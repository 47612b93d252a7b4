"""The question of one FAQ, for a page that links to it, without loading all the rest."""

from __future__ import annotations

from functools import lru_cache

from knowledge.content import KNOWLEDGE, Problem, read_entries
from knowledge.schema import Faq


@lru_cache(maxsize=512)
def question_of(faq_id: str) -> str | None:
    """As written in `faq/`; None when there is no such FAQ."""
    problems: list[Problem] = []
    for path in (KNOWLEDGE / "faq").rglob("*.yml"):
        if f"id: {faq_id}\n" in path.read_text("utf-8"):
            return next((faq.question for faq, _ in read_entries(path, Faq, problems) if faq.id == faq_id), None)
    return None
