"""What can be asked at the kiosk without typing: topics with the FAQs that answer them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from knowledge.content import load_table
from knowledge.schema import Slug, Strict

FILE = Path(__file__).with_name("problems.yml")


class Problem(Strict):
    """`ask`: what is asked when it is touched, the question of the FAQ `faq` word for word."""

    faq: Slug
    ask: Annotated[str, Field(min_length=4, max_length=40)]


class KioskTopic(Strict):
    """In the order shown."""

    title: Annotated[str, Field(min_length=2, max_length=12)]
    problems: Annotated[tuple[Problem, ...], Field(min_length=3, max_length=8)]


@lru_cache(maxsize=1)
def load_problems() -> dict[str, KioskTopic]:
    """By title. Raises ContentError naming file and line."""
    return load_table([FILE], KioskTopic, lambda topic: topic.title)
