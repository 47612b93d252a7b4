"""Where a QR code of ours hangs, and what is said to who scans it (data in `scenes.yml`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter


class Scene(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    line: str


@lru_cache(maxsize=1)
def scenes() -> dict[str, Scene]:
    """By prefix: `street` is the scene of `street-minzhi`."""
    text = Path(__file__).with_name("scenes.yml").read_text("utf-8")
    return TypeAdapter(dict[str, Scene]).validate_python(yaml.safe_load(text))


def line(scene: str) -> str:
    """What to say first to who came by this code; nothing for none, and for codes we do not know."""
    known = scenes().get(scene.partition("-")[0])
    return known.line if known else ""
