"""Counts about people that may leave the house: none speaks of fewer than five people, and none can be worked out from the
others. Too small ones go together into one line, with the next smallest where that is needed; totals stay exact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

FEWEST = 5  # people
OTHERS = "其他（合并）"


@dataclass
class Counted:
    """`count`: how often; `people`: ids of whom (one person may be counted often)."""

    name: str
    count: int = 0
    people: set[str] = field(default_factory=set)

    def add(self, person: str) -> None:
        self.count += 1
        self.people.add(person)


@dataclass(frozen=True)
class Shown:
    """`rows`: the largest first, what was put together last; `total` None: fewer than five people in all, nothing is shown."""

    rows: list[tuple[str, int]]
    total: int | None

    def count(self, name: str) -> int | None:
        """None when it is not shown by itself."""
        return dict(self.rows).get(name)


def fold(counted: Iterable[Counted]) -> Shown:
    """What may be shown. The line of the rest holds at least two names and five people, so that neither itself nor its
    difference to the total tells of fewer; where that takes all names, the total stands alone."""
    rows = sorted((row for row in counted if row.count), key=lambda row: (-len(row.people), -row.count, row.name))
    total = sum(row.count for row in rows)
    if len(_people(rows)) < FEWEST:
        return Shown([], None)
    shown = [row for row in rows if len(row.people) >= FEWEST]
    rest = rows[len(shown) :]
    while rest and shown and (len(rest) < 2 or len(_people(rest)) < FEWEST):
        rest.insert(0, shown.pop())
    lines = sorted(((row.name, row.count) for row in shown), key=lambda line: (-line[1], line[0]))
    if not lines:
        return Shown([], total)
    return Shown([*lines, *([(OTHERS, sum(row.count for row in rest))] if rest else [])], total)


def _people(rows: Iterable[Counted]) -> set[str]:
    return set().union(*(row.people for row in rows))
