"""What a service point is, and what people go there for. Every fact names its source; what nobody has confirmed stays empty."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from knowledge.places.geo import Point
from knowledge.schema import Key, Line, Slug, Strict

Status = Literal["official", "staff", "press", "mirror", "unconfirmed", "closed"]
SHOWN: dict[Status, str] = {
    "official": "官方网站",
    "staff": "工作人员核实",
    "press": "媒体报道",
    "mirror": "官方信息的转载",
}
"""The statuses whose address, phone and hours may be shown, and how the source is called."""
RECHECK_AFTER = timedelta(days=90)


class Hours(Strict):
    """Open on `days` (1 Monday … 7 Sunday) from `opens` until `closes`; holidays are not in it, and the card says so."""

    days: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]
    opens: time
    closes: time

    @model_validator(mode="after")
    def _in_order(self) -> Hours:
        if self.opens >= self.closes:
            raise ValueError("opens 要早于 closes；过夜的写成两行")
        return self

    def __str__(self) -> str:
        names = "一二三四五六日"
        run = list(self.days) == list(range(self.days[0], self.days[-1] + 1)) and len(self.days) > 2
        days = f"周{names[self.days[0] - 1]}至周{names[self.days[-1] - 1]}" if run else ""
        days = days or "、".join(f"周{names[day - 1]}" for day in self.days)
        return f"{days} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Place(Strict):
    """A point where a matter can be taken. `address`, `phone`, `hours` and `location` hold only what `source` says;
    `status` unconfirmed: none of them may be filled; closed: it is no more, and nobody is sent there."""

    id: Slug
    kind: Key
    name: Annotated[str, Field(min_length=2, max_length=40)]
    matters: Annotated[tuple[Key, ...], Field(min_length=1)]
    street: Key | None = None
    address: Line | None = None
    location: Point | None = None
    phone: Annotated[str, Field(pattern=r"^[0-9-]{3,20}$")] | None = None
    hours: tuple[Hours, ...] = ()
    always_open: bool = False
    note: Line | None = None
    source: Annotated[str, Field(min_length=2)]
    source_date: date
    verified_on: date
    status: Status

    @model_validator(mode="after")
    def _unconfirmed_says_nothing(self) -> Place:
        if self.status == "unconfirmed" and (self.address or self.phone or self.hours or self.location):
            raise ValueError("没有核实（unconfirmed）的点，不能写 address、phone、hours、location")
        return self

    def due(self, today: date) -> bool:
        """Whether staff should check it again: unconfirmed, or not looked at for more than 90 days."""
        return self.status == "unconfirmed" or (self.shown and today - self.verified_on > RECHECK_AFTER)

    @property
    def shown(self) -> bool:
        """Whether people are told of it."""
        return self.status in SHOWN

    def open_at(self, moment: datetime) -> bool | None:
        """Whether it is open at a local time; None when its hours are not known."""
        if self.always_open:
            return True
        if not self.hours:
            return None
        now = moment.time()
        return any(moment.isoweekday() in h.days and h.opens <= now < h.closes for h in self.hours)


class Matter(Strict):
    """What people go somewhere for. `asked`: how it shows in their words; `hotlines`: whom to ask first."""

    id: Key
    label: Annotated[str, Field(min_length=2, max_length=20)]
    asked: Annotated[tuple[re.Pattern[str], ...], Field(min_length=1)]
    hotlines: Annotated[tuple[Line, ...], Field(min_length=1)]
    online: tuple[Line, ...] = ()
    bring: tuple[Line, ...] = ()
    note: Line | None = None


class Street(Strict):
    """A subdistrict and how people call it."""

    id: Key
    label: str
    asked: re.Pattern[str]
