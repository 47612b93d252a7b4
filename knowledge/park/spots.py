"""The spots, in the order a visitor meets them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from knowledge.content import load_table
from knowledge.park.schema import Spot

FILE = Path(__file__).with_name("spots.yml")


@lru_cache(maxsize=1)
def load_spots() -> dict[str, Spot]:
    """By id. Raises ContentError naming file and line."""
    return load_table([FILE], Spot, lambda spot: spot.id)
