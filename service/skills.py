"""What 龙华小法 says of a skill that is not built yet: the truth, and a way on (data in `skills.yml`)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field


class UnbuiltSkill(BaseModel):
    """`search` finds related FAQs when the person's own words are too short; None means no related FAQs are shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    conclusion: str = Field(max_length=120)
    steps: tuple[str, ...]
    where: tuple[str, ...]
    statutes: tuple[str, ...] = ()
    search: str | None = None


_COUNTING = re.compile(r"算|合计|总共|一共|加起来|总数|多少钱|几多|几钱|折成|能拿多少|要交多少|计一下")


def wants_a_number(intent: str, text: str) -> bool:
    """Whether a message heard as a wish to calculate really asks for a sum, or only about the rule behind it."""
    return not intent.startswith("calc_") or bool(_COUNTING.search(text))


@lru_cache(maxsize=1)
def unbuilt_skills() -> dict[str, UnbuiltSkill]:
    """By intent name."""
    rows = yaml.safe_load(Path(__file__).with_name("skills.yml").read_text("utf-8"))
    return {intent: UnbuiltSkill.model_validate(row) for intent, row in rows.items()}
