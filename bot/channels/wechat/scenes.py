"""Where a QR code of ours hangs, and what is said to who scans it (data in `scenes.yml`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from knowledge.park import Spot, load_spots

PARK = "park"


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


def _story(spot: Spot, public_url: str) -> str:
    articles = "、".join(spot.citations)
    more = f"条文和答案：{public_url.rstrip('/')}/park/{spot.id}" if public_url else f"想看原文，打字发“{articles}”。"
    return f"您扫的是民法公园的主题码：{spot.title}\n{spot.story}（故事是编的）\n想一想：{spot.ask.question}\n依据：{articles}。{more}"
