"""What the monthly report says: sections of counts in the same words on the page, in the table and in print."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from service.small_counts import FEWEST, Shown
from settings.clock import SHANGHAI

NOTE = f"只有数目，没有任何人的姓名和原话。少于 {FEWEST} 人的项目不单列，并入“其他”；总数也不到 {FEWEST} 人的不写。"
LABEL = "龙华小法月报 · 由程序自动统计"


class MonthError(ValueError):
    """No such month, or one that has not begun; the message is for staff."""


@dataclass(frozen=True)
class Month:
    """A calendar month in Shenzhen. `first`: its first day."""

    first: date

    @classmethod
    def read(cls, text: str, today: date) -> Month:
        """From “2026-11”. Raises MonthError."""
        match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
        if match is None:
            raise MonthError("月份写成 2026-11 这样。")
        first = date(int(match[1]), int(match[2]), 1)
        if first > today:
            raise MonthError("这个月还没有到。")
        return cls(first)

    @classmethod
    def latest(cls, today: date, number: int = 12) -> list[Month]:
        """This month and those before it, the newest first."""
        months = [cls(today.replace(day=1))]
        while len(months) < number:
            months.append(cls((months[-1].first - timedelta(days=1)).replace(day=1)))
        return months

    @property
    def next(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From its first moment to the first after it."""
        begins, ends = (datetime(day.year, day.month, 1, tzinfo=SHANGHAI) for day in (self.first, self.next))
        return begins, ends

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def words(self) -> str:
        return f"{self.first.year}年{self.first.month}月"


@dataclass(frozen=True)
class Section:
    """`unit`: what is counted; `note`: how to read it."""

    title: str
    unit: str
    shown: Shown
    note: str = ""

    @property
    def empty(self) -> str:
        """Words where there are no rows to show."""
        if self.shown.total is None:
            return f"不到 {FEWEST} 人，不写"
        return "" if self.shown.rows else f"分开都太少，只写总数：{self.shown.total} {self.unit}"


@dataclass(frozen=True)
class Report:
    """`stars`: (average of five, how many), None with fewer than five; `gaps`: questions at least five people asked and got no
    good answer to, scrubbed; `places`: (service point, why it is to be checked again)."""

    month: Month
    made_on: date
    sections: list[Section]
    stars: tuple[float, int] | None
    gaps: list[str] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"龙华小法 {self.month.words}月报"

    @property
    def about(self) -> str:
        done = "" if self.made_on >= self.month.next else "，这个月还没有完"
        return f"统计到 {min(self.made_on, self.month.next - timedelta(days=1))}{done}，{self.made_on} 生成"

    @property
    def stars_words(self) -> str:
        if self.stars is None:
            return f"打星的不到 {FEWEST} 人，不写"
        return f"案件办结后打星：平均 {self.stars[0]:.1f} 星（5 星满），{self.stars[1]} 人"
