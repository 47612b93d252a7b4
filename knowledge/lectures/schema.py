"""What a lecture is."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from pydantic import Field, model_validator

from knowledge.checkup import DomainId
from knowledge.schema import Conclusion, Line, Strict

LECTURE_ID = r"^[a-z][a-z0-9-]*$"


class LectureSession(Strict):
    """When and where it takes place, as the organiser confirmed it: `source` who said so, `verified_on` when."""

    on: date
    starts: time
    ends: time
    place: Line
    source: Annotated[str, Field(min_length=2, max_length=60)]
    verified_on: date

    @model_validator(mode="after")
    def _in_order(self) -> LectureSession:
        if self.starts >= self.ends:
            raise ValueError("starts 要早于 ends")
        if self.verified_on > self.on:
            raise ValueError("verified_on 不能晚于讲座那天")
        return self


class Lecture(Strict):
    """Without `session` nobody has fixed time and place: the page says so, and registering means to be told.
    `checkup`: the fields of the legal check-up that look at the same."""

    id: Annotated[str, Field(pattern=LECTURE_ID, max_length=30)]
    title: Annotated[str, Field(min_length=4, max_length=24)]
    about: Conclusion
    audience: Line
    points: Annotated[tuple[Line, ...], Field(min_length=3, max_length=6)]
    citations: Annotated[tuple[str, ...], Field(min_length=1, max_length=5)]
    checkup: Annotated[tuple[DomainId, ...], Field(min_length=1)]
    session: LectureSession | None = None

    def ahead(self, today: date) -> LectureSession | None:
        """Its date, as long as that is not over."""
        return self.session if self.session and self.session.on >= today else None
