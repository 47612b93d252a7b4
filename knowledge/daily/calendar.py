"""Reads the year's entries, and finds the day's."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from knowledge.content import load_table
from knowledge.daily.schema import COMMON_YEAR, DailyEntry

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def load_daily() -> dict[str, DailyEntry]:
    """By MM-DD. Raises ContentError naming file and line."""
    return load_table(sorted(FOLDER.glob("*.yml")), DailyEntry, lambda entry: entry.date)


def month_day(day: date) -> str:
    """The date's key in the calendar; 29 February shares the 28th's."""
    return "02-28" if (day.month, day.day) == (2, 29) else f"{day:%m-%d}"


def next_shown(entry: DailyEntry, on: date) -> date:
    """The next day, `on` or later, that shows the entry: the law in force then is what it must fit."""
    year = on.year if entry.date >= f"{on:%m-%d}" else on.year + 1
    return date.fromisoformat(f"{year}-{entry.date}")


def all_days() -> list[str]:
    """The 365 keys of the calendar."""
    first = date(COMMON_YEAR, 1, 1)
    return [f"{first + timedelta(days=n):%m-%d}" for n in range(365)]
