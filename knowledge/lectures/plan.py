"""The lectures, as written."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from knowledge.content import load_table
from knowledge.lectures.schema import Lecture

FILE = Path(__file__).with_name("lectures.yml")


@lru_cache(maxsize=1)
def load_lectures() -> dict[str, Lecture]:
    """By id. Raises ContentError naming file and line."""
    return load_table([FILE], Lecture, lambda lecture: lecture.id)
