"""Rates as dated data (`rates.yml`): each value with its source and status; what cannot be vouched for stops a calculation.

Staff change that one file; it is validated when it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from knowledge.calculators.core import Frozen, RateMissingError, plain
from settings.mendable import MendableError

FILE = Path(__file__).with_name("rates.yml")
Status = Literal["official", "press", "mirror", "secondary", "unconfirmed"]
STATUS_LABELS: dict[Status, str] = {
    "official": "官方文本",
    "press": "媒体报道，多处一致",
    "mirror": "官方文件的转载",
    "secondary": "转述，原文没有读到",
    "unconfirmed": "没有核实",
}


class RatesError(MendableError, ValueError):
    """rates.yml cannot be used; the message says what to mend."""


class Value(Frozen):
    """A value from `since` until the next one; both `value` and `by` are empty when nobody has confirmed one.

    `by` instead of `value`: a table, such as months by grade of injury.
    """

    since: date
    value: Annotated[Decimal, Field(ge=0)] | None = None
    by: Mapping[str, Annotated[Decimal, Field(ge=0)]] = Field(default_factory=dict)
    status: Status
    source: Annotated[str, Field(min_length=2)]
    source_date: date | None = None
    verified_on: date | None = None

    @model_validator(mode="after")
    def _confirmed_has_value(self) -> Value:
        if self.by and self.value is not None:
            raise ValueError("value（一个数）和 by（一张表）只能写一样")
        if (self.status == "unconfirmed") == self.known:
            raise ValueError("没有核实（unconfirmed）的不能写 value；写了 value 就要有核实过的 status")
        if self.known and self.verified_on is None:
            raise ValueError("有 value 就要写 verified_on（哪天核实的）")
        return self

    @property
    def known(self) -> bool:
        return self.value is not None or bool(self.by)

    def of(self, row: str | None) -> Decimal | None:
        """The value, or the one in the table's `row`."""
        return self.by.get(row) if self.by and row is not None else self.value

    @property
    def text(self) -> str:
        """ "3" or "5：10、6：8"; empty when there is none."""
        rows = "、".join(f"{row}：{plain(value)}" for row, value in self.by.items())
        return rows or (str(self.value) if self.value is not None else "")


class Rate(Frozen):
    """A rate through time. `verified_until`: the last day for which the newest value is known to hold."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    unit: str
    enter: Annotated[str, Field(min_length=4)]  # what a person without the value is asked to look up, and where
    verified_until: date | None = None
    values: Annotated[tuple[Value, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Rate:
        days = [value.since for value in self.values]
        if days != sorted(set(days)):
            raise ValueError(f"{self.key}: values 要按 since 从早到晚排，不能重复")
        return self

    def on(self, day: date) -> Value | None:
        """The value vouched for on that day."""
        known = [value for value in self.values if value.since <= day]
        if not known or not known[-1].known:
            return None
        stale = known[-1] is self.values[-1] and self.verified_until is not None and day > self.verified_until
        return None if stale else known[-1]

    @property
    def last_known(self) -> Value | None:
        return next((value for value in reversed(self.values) if value.value is not None), None)


class Found(Frozen):
    """A rate as a calculation uses it: where it came from, in words."""

    value: Decimal
    origin: str


class Rates:
    """All rates by key."""

    def __init__(self, rates: tuple[Rate, ...]) -> None:
        self._rates = {rate.key: rate for rate in rates}

    def __iter__(self) -> Iterator[Rate]:
        return iter(self._rates.values())

    def rate(self, key: str) -> Rate:
        return self._rates[key]

    def find(self, key: str, day: date, given: Decimal | None = None, row: str | None = None) -> Found | None:
        """What the person gave, or what is vouched for on that day (in that `row` of a table), or None."""
        if given is not None:
            return Found(value=given, origin="您填的")
        value = self._rates[key].on(day)
        number = value.of(row) if value else None
        if value is None or number is None:
            return None
        return Found(value=number, origin=f"{value.source}，{STATUS_LABELS[value.status]}")

    def need(self, key: str, day: date, field: str, given: Decimal | None = None) -> Found:
        """Raises RateMissingError saying what to enter."""
        found = self.find(key, day, given)
        if found is None:
            rate = self._rates[key]
            raise RateMissingError(f"{rate.title}（{day} 适用的）我没有核实到，不敢乱算。{rate.enter}", field)
        return found


def parse_rates(text: str) -> Rates:
    """Raises RatesError naming the entry that is wrong."""
    try:
        rows = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that does not exist
        raise RatesError(f"rates.yml 写法有误：{error}") from error
    if not isinstance(rows, list):
        raise RatesError("rates.yml 要是一个列表，每条有 key、title、values")
    rates = []
    for number, row in enumerate(rows, 1):
        try:
            rates.append(Rate.model_validate(_decimals(row)))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "整条"
            key = row.get("key", "") if isinstance(row, dict) else ""
            raise RatesError(f"rates.yml 第 {number} 条 {key}：{where}：{first['msg']}") from error
    keys = [rate.key for rate in rates]
    if len(keys) != len(set(keys)):
        raise RatesError("rates.yml 里有重复的 key")
    return Rates(tuple(rates))


def _decimals(row: object) -> object:
    """YAML reads 4.25 as a float; what stands in the file is what counts."""
    if isinstance(row, dict):
        return {key: _decimals(value) for key, value in row.items()}
    if isinstance(row, list):
        return [_decimals(value) for value in row]
    return str(row) if isinstance(row, float) else row


@lru_cache(maxsize=1)
def load_rates() -> Rates:
    """Raises RatesError or OSError."""
    return parse_rates(FILE.read_text("utf-8"))
