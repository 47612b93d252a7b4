"""The Civil Law Park as data: spots with a story, an article and a question (`spots.yml`), each with its own code to scan."""

from knowledge.park.schema import Spot
from knowledge.park.spots import load_spots

__all__ = ["Spot", "load_spots"]
