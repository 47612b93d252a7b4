"""Reads the spots, in the order a visitor meets them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from knowledge.content import ContentError, Place, Problem, read_entries
from knowledge.park.schema import Spot

FILE = Path(__file__).with_name("spots.yml")


def read_spots(file: Path, problems: list[Problem]) -> list[tuple[Spot, Place]]:
    """Every spot with its place in the file; mistakes of form go to `problems`."""
    return list(read_entries(file, Spot, problems))


@lru_cache(maxsize=1)
def load_spots(file: Path = FILE) -> dict[str, Spot]:
    """By id. Raises ContentError naming file and line."""
    problems: list[Problem] = []
    spots = {spot.id: spot for spot, _ in read_spots(file, problems)}
    if problems:
        raise ContentError(problems)
    return spots
