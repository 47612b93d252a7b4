"""Reads the questions of the quiz."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from knowledge.content import ContentError, Place, Problem, read_entries
from knowledge.quiz.schema import QuizQuestion

FOLDER = Path(__file__).parent
Bank = dict[str, QuizQuestion]


def read_bank(folder: Path, problems: list[Problem]) -> list[tuple[QuizQuestion, Place]]:
    """Every question with its place, as written; mistakes of form go to `problems`."""
    return [found for path in sorted(folder.glob("*.yml")) for found in read_entries(path, QuizQuestion, problems)]


@lru_cache(maxsize=1)
def load_bank(folder: Path = FOLDER) -> Bank:
    """By id. Raises ContentError naming file and line."""
    problems: list[Problem] = []
    bank = {question.id: question for question, _ in read_bank(folder, problems)}
    if problems:
        raise ContentError(problems)
    return bank
