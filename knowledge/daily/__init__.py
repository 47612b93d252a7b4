"""One article a day, with a case in plain words: `01.yml` … `12.yml`, 365 entries, and which one a day shows."""

from knowledge.daily.calendar import load_daily, next_shown
from knowledge.daily.schema import DailyEntry, MonthDay

__all__ = ["DailyEntry", "MonthDay", "load_daily", "next_shown"]
