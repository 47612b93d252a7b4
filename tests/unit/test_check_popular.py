"""What the check says of daily articles, quiz, spots and lectures; one mistake each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.check_popular import Popular, popular_problems
from knowledge.content import Content, Place
from knowledge.daily import load_daily
from knowledge.daily.calendar import all_days, month_day, next_shown
from knowledge.park import load_spots
from knowledge.park.schema import Spot
from knowledge.quiz import load_bank
from knowledge.statutes.book import StatuteBook
from tests.fakes.popular import DAYS, day, question
from tests.unit.conftest import TODAY

HERE = Place(Path("11.yml"), 3)
Check = Callable[..., list[str]]


@pytest.fixture
def problems(content: Content, book: StatuteBook) -> Check:
    def of(**parts: list[Any]) -> list[str]:
        popular = Popular(**{name: [(entry, HERE) for entry in entries] for name, entries in parts.items()})
        found = popular_problems(popular, content, book, TODAY)
        assert all(str(problem).startswith(("11.yml:", ".:1:")) for problem in found)
        return [problem.message for problem in found if "缺 " not in problem.message]

    return of


def test_good_entries_pass(problems: Check) -> None:
    assert problems(daily=[day("11-22")], quiz=[question(1)], spots=list(load_spots().values())) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"citations": ("劳动合同法第三百条",)}, "没有可引用的文本"),
        ({"citations": ("住房租赁条例第十条",)}, "逐字显示"),
        ({"meaning": DAYS["11-22"].meaning + "最多拖45天。"}, "45日"),
        ({"meaning": DAYS["11-22"].meaning + "打官司必赢。"}, "不许承诺"),
        ({"faq": "labour.no.such"}, "faq 指向不存在"),
        ({"date": "10-22"}, "应写在 10.yml"),
    ],
)
def test_a_day_with_a_mistake(problems: Check, changed: dict[str, Any], said: str) -> None:
    assert any(said in problem for problem in problems(daily=[day(**{"date": "11-22", **changed})]))


def test_days_stories_and_articles_come_once(problems: Check) -> None:
    found = problems(daily=[day("11-22"), day("11-22")])
    for said in ("这一天重复", "这一条重复"):
        assert any(said in problem for problem in found)
    assert any("几乎一样" in problem for problem in problems(daily=[day("11-22"), day("11-23")]))


def test_a_law_is_checked_for_the_day_that_shows_it(content: Content, book: StatuteBook) -> None:
    """The Trademark Law is renumbered on 2027-01-01: article 73 is there today and gone then, or the other way about."""
    last = next(
        n for n in range(60, 120) if book.find("商标法", n, on=TODAY) and not book.find("商标法", n + 1, on=TODAY)
    )
    later = date(2027, 1, 2)
    new = next((n for n in range(last + 1, last + 30) if book.find("商标法", n, on=later)), None)
    assert new, "the new law has more articles"
    entry = day("01-02", citations=(f"商标法第{new}条",), meaning="商标" * 22)
    place = Place(Path("01.yml"), 1)
    good = [str(p) for p in popular_problems(Popular(daily=[(entry, place)]), content, book, TODAY)]
    assert not any("没有可引用" in problem for problem in good)
    early = day("11-30", citations=(f"商标法第{new}条",), meaning="商标" * 22)
    bad = [str(p) for p in popular_problems(Popular(daily=[(early, HERE)]), content, book, TODAY)]
    assert any("没有可引用" in problem for problem in bad)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"citations": ("劳动合同法第三百条",)}, "没有可引用的文本"),
        ({"explanation": "用人单位应当及时足额支付劳动报酬，拖着不发是违法的，最多只能拖延45天。"}, "45日"),
        ({"topic": "nowhere", "id": "quiz.nowhere.001"}, "不在 topics.yml"),
        ({"question": "公司不发工资，打官司是不是必赢呢？"}, "不许承诺"),
    ],
)
def test_a_question_with_a_mistake(problems: Check, changed: dict[str, Any], said: str) -> None:
    assert any(said in problem for problem in problems(quiz=[question(1, **changed)]))


def test_numbers_of_the_situation_need_no_article(problems: Check) -> None:
    told = {
        "question": "工资拖了45天没有发，公司这样做对不对？",
        "explanation": "拖了45天也好，一天也好，都应当及时足额支付，拖着不发是违法的。",
    }
    assert not any("45" in problem for problem in problems(quiz=[question(1, **told)]))


def test_right_answers_are_not_all_in_one_place(problems: Check) -> None:
    same = [question(n, question=f"{'甲乙丙丁戊己庚辛壬癸'[n] * 12}？") for n in range(10)]
    assert any("请打散" in problem for problem in problems(quiz=same))


@pytest.mark.parametrize(
    "changed",
    [
        {"answer": 3},
        {"options": ("一", "一")},
        {"id": "quiz.renting.001"},
        {"options": ("只有一个",)},
        {"level": "mad"},
    ],
)
def test_a_question_that_is_none(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        question(1, **changed)


@pytest.mark.parametrize("date_", ["02-29", "13-01", "1-1", "04-31"])
def test_a_day_that_is_none(date_: str) -> None:
    with pytest.raises(ValidationError):
        day(date_)


def test_nothing_is_said_to_stand_anywhere_unconfirmed() -> None:
    spot = next(iter(load_spots().values())).model_dump()
    with pytest.raises(ValidationError, match="planned"):
        Spot.model_validate({**spot, "position": "南门左手边"})
    with pytest.raises(ValidationError, match="placed"):
        Spot.model_validate({**spot, "status": "placed", "position": "南门左手边"})
    assert all(s.status == "planned" and s.position is None for s in load_spots().values())
    assert len(load_spots()) >= 12


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_every_day_has_its_key_and_the_next_showing_is_that_day(today: date) -> None:
    key = month_day(today)
    assert key in all_days()
    shown = next_shown(day(key), today)
    assert shown >= today and (shown - today).days <= 366 and f"{shown:%m-%d}" == key
    if (today.month, today.day) != (2, 29):
        assert shown == today


def test_what_is_shipped_is_whole() -> None:
    """The check itself speaks only of days missing among others."""
    assert sorted(load_daily()) == all_days()
    assert len(load_bank()) >= 300
