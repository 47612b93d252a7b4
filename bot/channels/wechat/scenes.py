"""Where a QR code of ours hangs, what is said to who scans it (data in `scenes.yml`), and which street that is."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from knowledge.park import Spot, load_spots
from knowledge.places.directory import load_directory
from settings.clock import Clock

PARK = "park"
STREET = "street"
REMEMBERED = timedelta(hours=1)
MOST_REMEMBERED = 10_000


class Scene(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    line: str


@lru_cache(maxsize=1)
def scenes() -> dict[str, Scene]:
    """By prefix: `street` is the scene of `street-minzhi`."""
    text = Path(__file__).with_name("scenes.yml").read_text("utf-8")
    return TypeAdapter(dict[str, Scene]).validate_python(yaml.safe_load(text))


def line(scene: str, public_url: str = "") -> str:
    """What to say first to who came by this code; nothing for none, and for codes we do not know. A spot of the park
    (`park-<id>`) tells its story and asks its question; `public_url`: our own address, for the link to its page."""
    kind, _, name = scene.partition("-")
    spot = load_spots().get(name) if kind == PARK else None
    if spot:
        return _story(spot, public_url)
    known = scenes().get(kind)
    return known.line if known else ""


def street(scene: str) -> str | None:
    """The street of `street-minzhi` or `street-minzhi-03`; None for other codes, and for a street that is not ours."""
    kind, _, rest = scene.partition("-")
    name = rest.partition("-")[0]
    return name if kind == STREET and name in _streets() else None


class Scanned:
    """Streets of those who scanned a code and have not agreed yet: nothing of theirs may be stored, so it is kept in memory
    alone, for an hour. After a restart, or at another process, the intake simply asks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._streets: dict[str, tuple[str, datetime]] = {}

    def put(self, person: str, street: str) -> None:
        self._streets.pop(person, None)
        while len(self._streets) >= MOST_REMEMBERED:
            del self._streets[next(iter(self._streets))]  # the oldest
        self._streets[person] = (street, self._clock.now() + REMEMBERED)

    def take(self, person: str) -> str | None:
        """Once."""
        found = self._streets.pop(person, None)
        return found[0] if found and self._clock.now() < found[1] else None


@lru_cache(maxsize=1)
def _streets() -> frozenset[str]:
    return frozenset(load_directory().streets)


def _story(spot: Spot, public_url: str) -> str:
    articles = "、".join(spot.citations)
    more = f"条文和答案：{public_url.rstrip('/')}/park/{spot.id}" if public_url else f"想看原文，打字发“{articles}”。"
    return f"您扫的是民法公园的主题码：{spot.title}\n{spot.story}（故事是编的）\n想一想：{spot.ask.question}\n依据：{articles}。{more}"
