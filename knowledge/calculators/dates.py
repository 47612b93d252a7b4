"""Counting time as the law counts it.

民法典 200-203: by the calendar; the first day is not counted; a period in months or years ends on the corresponding day
of the last month, or on that month's last day where there is none.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from knowledge.calculators.core import CalculationError

ONE_DAY = timedelta(days=1)
WEEKDAYS = "一二三四五六日"


def add_months(day: date, months: int) -> date:
    """The corresponding day, or the month's last day where there is none. Raises CalculationError beyond the calendar."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise CalculationError("日期超出了日历能算的范围，请检查年份")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    return add_months(day, 12 * years)


def full_months(start: date, end: date) -> int:
    """Whole months from `start` until before `end`: 2025-01-31 to 2025-02-28 is one."""
    months = (end.year - start.year) * 12 + end.month - start.month
    while add_months(start, months) > end:
        months -= 1
    return months


def days_between(start: date, end: date) -> int:
    """Days after `start` up to and including `end`: the first day is not counted (民法典 201)."""
    return (end - start).days


def weekdays_between(first: date, last: date) -> int:
    """Mondays to Fridays from `first` to `last`, both counted. Holidays and swapped days are not known here."""
    days = (last - first).days + 1
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    return weeks * 5 + sum(1 for n in range(rest) if (first.weekday() + n) % 7 < 5)


def weekday(day: date) -> str:
    return f"星期{WEEKDAYS[day.weekday()]}"


def in_order(start: date, end: date, message: str, field: str) -> None:
    """Raises CalculationError for `field` when `end` lies before `start`."""
    if end < start:
        raise CalculationError(message, field)
