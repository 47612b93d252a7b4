"""Sums, people and days that a longer text names in passing."""

from datetime import date
from decimal import Decimal

import pytest

from service import said
from service.spoken import parse_date

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("欠我三万五，还有押金2000块", [35000, 2000]),
        ("工资八千多", [8000]),
        ("欠3w5", [35000]),
        ("我2023年3月1号入职，20个人", []),
        ("年利率12%", []),
        ("千万不要", []),
        ("三个月没发", []),
    ],
)
def test_amounts(text: str, sums: list[int]) -> None:
    assert said.amounts(text) == [Decimal(each) for each in sums]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("我们二十几个工人没发工资", 20),
        ("一共15个人被欠薪", 15),
        ("大家一起，三十多名员工", 30),
        ("公司有20个员工想辞退一个", None),
        ("我一个人", None),
    ],
)
def test_people(text: str, count: int | None) -> None:
    assert said.people(text) == count


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("下周三开庭", "2026-12-02"),
        ("周五开庭", "2026-11-27"),
        ("下周天", "2026-12-06"),
        ("12月5号开庭", "2026-12-05"),
        ("1月8号", "2027-01-08"),
        ("十天后开庭", "2026-12-04"),
        ("下个月3号", "2026-12-03"),
        ("后天", "2026-11-26"),
        ("2月30号开庭", None),
        ("以后再说", None),
    ],
)
def test_days_ahead(text: str, day: str | None) -> None:
    assert said.ahead(text, TODAY) == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("去年国庆", "2025-10-01"),
        ("上个月底", "2026-10-31"),
        ("上个月15号", "2026-10-15"),
        ("这个月3号", "2026-11-03"),
        ("上周五", "2026-11-20"),
        ("周五", "2026-11-20"),
        ("上上周一", "2026-11-09"),
        ("去年春节", "2025-01-29"),
        ("过年", "2026-02-17"),
        ("中秋那天", "2026-09-25"),
        ("去年端午", "2025-05-31"),
    ],
)
def test_days_past_as_people_say_them(text: str, day: str) -> None:
    assert parse_date(text, TODAY) == date.fromisoformat(day)
