"""The service clock: working hours of the lawyers in Shenzhen, over weekends and holidays (`holidays.yml`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from settings import get_settings
from settings.clock import SHANGHAI

ONE_DAY = timedelta(days=1)
FAR = 400  # days looked ahead before giving up


class Year(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Literal["confirmed", "unconfirmed"]
    source: str
    read_on: date
    free: frozenset[date] = Field(default_factory=frozenset)
    working: frozenset[date] = Field(default_factory=frozenset)


@lru_cache(maxsize=1)
def holidays() -> dict[int, Year]:
    loaded = yaml.safe_load(Path(__file__).with_name("holidays.yml").read_text("utf-8"))
    return TypeAdapter(dict[int, Year]).validate_python(loaded)


@dataclass(frozen=True)
class Office:
    """`spans`: the hours of a working day, in order, on the wall in Shenzhen. All moments come back aware, in Shanghai time."""

    spans: tuple[tuple[time, time], ...]
    years: dict[int, Year]

    def works_on(self, day: date) -> bool:
        """A year without confirmed holidays knows weekends only (`is_confirmed`)."""
        year = self.years.get(day.year)
        if year and year.status == "confirmed" and (day in year.free or day in year.working):
            return day in year.working
        return day.weekday() < 5

    def is_confirmed(self, day: date) -> bool:
        year = self.years.get(day.year)
        return bool(year and year.status == "confirmed")

    def is_holiday(self, day: date) -> bool:
        """Whether it lies in a run of days off that a public holiday is part of (the weekend beside it too)."""
        if self.works_on(day):
            return False
        run = {day}
        for step in (ONE_DAY, -ONE_DAY):
            next_to = day + step
            while not self.works_on(next_to):
                run.add(next_to)
                next_to += step
        return any(one in year.free for one in run if (year := self.years.get(one.year)))

    def is_open(self, moment: datetime) -> bool:
        return any(start <= moment < end for start, end in self._shifts(moment, days=1))

    def next_open(self, moment: datetime) -> datetime:
        """`moment` itself when the office is open. Raises ValueError when it never opens."""
        for start, end in self._shifts(moment):
            if moment < end:
                return max(start, moment.astimezone(SHANGHAI))
        raise ValueError("the office never opens")

    def add(self, moment: datetime, hours: float) -> datetime:
        """So many working hours later. Raises ValueError when the office never opens."""
        left = timedelta(hours=hours)
        for start, end in self._shifts(moment):
            start = max(start, moment.astimezone(SHANGHAI))
            if start < end and end - start >= left:
                return start + left
            left -= max(end - start, timedelta(0))
        raise ValueError("the office never opens")

    def _of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.works_on(day):
            for start, end in self.spans:
                yield datetime.combine(day, start, SHANGHAI), datetime.combine(day, end, SHANGHAI)

    def _shifts(self, moment: datetime, days: int = FAR) -> Iterator[tuple[datetime, datetime]]:
        first = moment.astimezone(SHANGHAI).date()
        for offset in range(days):
            yield from self._of(first + offset * ONE_DAY)


def read_spans(text: str) -> tuple[tuple[time, time], ...]:
    """`09:00-12:00,14:00-18:00`. Raises ValueError when the spans are not in order."""
    spans = tuple(
        (time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))
        for start, end in (part.split("-") for part in text.split(","))
    )
    edges = [edge for span in spans for edge in span]
    if not spans or edges != sorted(set(edges)):
        raise ValueError(f"工作时间写得不对：{text}（例如 09:00-12:00,14:00-18:00）")
    return spans


@lru_cache(maxsize=4)
def office_of(hours: str) -> Office:
    return Office(read_spans(hours), holidays())


def office() -> Office:
    """The one of the settings."""
    return office_of(get_settings().office_hours)
