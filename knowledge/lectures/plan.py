"""Reads the lectures."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from knowledge.content import ContentError, Place, Problem, read_entries
from knowledge.lectures.schema import Lecture

FILE = Path(__file__).with_name("lectures.yml")


def read_lectures(file: Path, problems: list[Problem]) -> list[tuple[Lecture, Place]]:
    """Every lecture with its place in the file; mistakes of form go to `problems`."""
    return list(read_entries(file, Lecture, problems))


@lru_cache(maxsize=1)
def load_lectures(file: Path = FILE) -> dict[str, Lecture]:
    """By id. Raises ContentError naming file and line."""
    problems: list[Problem] = []
    lectures = {lecture.id: lecture for lecture, _ in read_lectures(file, problems)}
    if problems:
        raise ContentError(problems)
    return lectures
