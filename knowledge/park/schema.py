"""What a spot of the park is."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from knowledge.schema import Line, Slug, Strict

SPOT_ID = r"^[a-z][a-z0-9-]*$"


class Ask(Strict):
    """One question to the visitor: options, the index of the right one, and what to say to everybody."""

    question: Annotated[str, Field(min_length=6, max_length=80)]
    options: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Field(min_length=2, max_length=3)
    ]
    answer: Annotated[int, Field(ge=0)]
    reply: Annotated[str, Field(min_length=20, max_length=120)]

    @model_validator(mode="after")
    def _one_answer(self) -> Ask:
        if self.answer >= len(self.options):
            raise ValueError(f"answer 从 0 数起，这一题最大是 {len(self.options) - 1}")
        return self


class Spot(Strict):
    """A theme of the park, and the page behind its code.

    `status` planned: nobody has confirmed that and where it stands in the park, so `position` stays empty and the page
    says that it is a theme online. `placed`: staff put it up and looked at it (`position`, `confirmed_on`, `confirmed_by`).
    """

    id: Annotated[str, Field(pattern=SPOT_ID, max_length=30)]
    title: Annotated[str, Field(min_length=2, max_length=16)]
    book: Annotated[str, Field(min_length=2, max_length=12)]
    citations: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    story: Annotated[str, Field(min_length=80, max_length=240)]
    meaning: Annotated[str, Field(min_length=30, max_length=120)]
    ask: Ask
    faq: Slug
    status: Literal["planned", "placed"] = "planned"
    position: Line | None = None
    confirmed_on: date | None = None
    confirmed_by: Annotated[str, Field(min_length=2, max_length=40)] | None = None

    @property
    def scene(self) -> str:
        """The scene of its WeChat code."""
        return f"park-{self.id}"

    @model_validator(mode="after")
    def _position_is_confirmed(self) -> Spot:
        facts = (self.position, self.confirmed_on, self.confirmed_by)
        if self.status == "placed" and not all(facts):
            raise ValueError("placed 要写 position、confirmed_on、confirmed_by")
        if self.status == "planned" and any(facts):
            raise ValueError("没有到现场核对（planned）的，不能写 position、confirmed_on、confirmed_by")
        return self
