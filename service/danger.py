"""Danger comes first: what counts as a sign of it, and the card that answers it (data in `danger.yml`)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from service.cards import Card

GENERAL = "violence"


class Danger(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    conclusion: str
    steps: tuple[str, ...]
    where: tuple[str, ...]
    after: str
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()


@lru_cache(maxsize=1)
def dangers() -> dict[str, Danger]:
    """The table, in order of precedence."""
    rows = yaml.safe_load((Path(__file__).with_name("danger.yml")).read_text("utf-8"))
    return {row["id"]: Danger.model_validate(row) for row in rows}


def detect(text: str) -> str | None:
    """The kind of danger the message shows, or None. Pure and fast: it runs before everything else on every message."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))[:2000]
    for danger in dangers().values():
        if any(p.search(plain) for p in danger.patterns) and not any(p.search(plain) for p in danger.unless):
            return danger.id
    return None


def safety_card(kind: str | None = None) -> Card:
    """The safety card of a kind; without one, the general card for violence."""
    danger = dangers()[kind or GENERAL]
    return Card(
        kind="safety",
        title=danger.title,
        conclusion=danger.conclusion,
        steps=[*danger.steps, danger.after],
        where=list(danger.where),
    )
