"""The questions of the quiz."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from knowledge.content import load_table
from knowledge.quiz.schema import QuizQuestion

FOLDER = Path(__file__).parent
Bank = dict[str, QuizQuestion]


@lru_cache(maxsize=1)
def load_bank() -> Bank:
    """By id. Raises ContentError naming file and line."""
    return load_table(sorted(FOLDER.glob("*.yml")), QuizQuestion, lambda question: question.id)
