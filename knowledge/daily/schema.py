"""What a day's entry is. The article's text is not in it: it is shown from the statute book as in force on the day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from knowledge.schema import Slug, Strict

COMMON_YEAR = 2027  # any year without 29 February, which shows the 28th's entry


def _is_a_day(text: str) -> str:
    try:
        date.fromisoformat(f"{COMMON_YEAR}-{text}")
    except ValueError:
        raise ValueError(f"没有这一天：{text}（写成月-日，例如 03-08；不写 02-29）") from None
    return text


MonthDay = Annotated[str, Field(pattern=r"^\d\d-\d\d$"), AfterValidator(_is_a_day)]


class DailyEntry(Strict):
    """`citations`: the one article of the day, of a law whose text is in the book. `story`: a made-up case, people named by
    their role alone. `meaning`: what the article means for the reader; a number in it must be in the article."""

    date: MonthDay
    title: Annotated[str, Field(min_length=2, max_length=20)]
    citations: Annotated[tuple[str, ...], Field(min_length=1, max_length=1)]
    story: Annotated[str, Field(min_length=80, max_length=200)]
    meaning: Annotated[str, Field(min_length=40, max_length=120)]
    faq: Slug | None = None

    @property
    def citation(self) -> str:
        return self.citations[0]
