"""A joint claim in figures: heads, total, ranges. Whom they are shown to is decided where they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cases.groups import Member
from knowledge.calculators.core import plain, yuan
from service.small_counts import FEWEST

MANY = 10
"""From how many workers on representatives may be chosen (劳动争议调解仲裁法 7)."""


@dataclass(frozen=True)
class Sums:
    """`heads` with a line, `own` of them told it themselves, `waiting` joined and told nothing yet; yuan and months."""

    heads: int
    own: int
    waiting: int
    representatives: int
    total: Decimal
    least: Decimal
    most: Decimal
    fewest_months: Decimal
    most_months: Decimal

    def lines(self) -> list[str]:
        """In words, for who may know them all."""
        if not self.heads:
            return ["还没有人填"]
        said = [
            f"一共 {self.heads} 人，合计 {yuan(self.total)}",
            f"每人 {_range(yuan(self.least), yuan(self.most))}，欠 {_range(plain(self.fewest_months), plain(self.most_months))} 个月",
            f"本人填的 {self.own} 人，发起人代填、本人还没有确认的 {self.heads - self.own} 人",
        ]
        return said + ([f"加入了还没填的 {self.waiting} 人"] if self.waiting else [])

    def for_member(self) -> str:
        """What a member may know of all: the count, and the total where it speaks of so many that nobody's share shows."""
        count = f"已经登记 {self.heads} 人"
        if self.heads < FEWEST:
            return f"{count}（满 {FEWEST} 人才显示合计）"
        return f"{count}，合计 {yuan(self.total)}"


def sums(members: Sequence[Member]) -> Sums:
    filled = [each for each in members if each.owed is not None]
    owed = [each.owed or Decimal(0) for each in filled]
    months = [each.months or Decimal(0) for each in filled]
    return Sums(
        heads=len(filled),
        own=sum(each.own for each in filled),
        waiting=len(members) - len(filled),
        representatives=sum(each.role != "member" for each in members),
        total=sum(owed, Decimal(0)),
        least=min(owed, default=Decimal(0)),
        most=max(owed, default=Decimal(0)),
        fewest_months=min(months, default=Decimal(0)),
        most_months=max(months, default=Decimal(0)),
    )


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} 到 {high}"
