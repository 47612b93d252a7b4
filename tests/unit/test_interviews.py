"""Interviews: answers typed as people type them, steps back, branches."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.schema import Choice, Outcome, Question, Script
from service import interviews
from service.spoken import han_number, parse_amount, parse_date, parse_number

TODAY = date(2026, 11, 22)
SCRIPT = Script(
    questions=(
        Question(
            id="job",
            ask="还在上班吗？",
            choices=(Choice(id="yes", label="还在上班", fact="仍在职"), Choice(id="no", label="离职了")),
        ),
        Question(id="since", ask="什么时候离职的？", type="date", fact="{value}离职", when={"job": "no"}),
        Question(id="sum", ask="欠多少钱？", type="amount", fact="欠{value}元"),
    ),
    outcomes=(
        Outcome(when={"job": "no"}, conclusion="离职后要在一年内申请。"),
        Outcome(conclusion="先收好证据再去投诉。"),
    ),
)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("还在上班", "yes"),
        ("1", "yes"),
        ("第二个", "no"),
        ("选2", "no"),
        ("我还在那里上班", "yes"),
        ("离职很久了", "no"),
        ("还没有在那上班", None),
        ("还在那上班能要吗", None),
        ("3", "unknown"),
        ("不清楚", "unknown"),
        ("我离职了。", "no"),
        ("今天天气不错", None),
    ],
)
def test_a_choice_typed(text: str, answer: str | None) -> None:
    assert interviews.read_answer(SCRIPT.questions[0], text, TODAY) == answer


def test_typed_values() -> None:
    assert interviews.read_answer(SCRIPT.questions[2], "三万五", TODAY) == "35000"
    assert interviews.read_answer(SCRIPT.questions[1], "去年国庆", TODAY) == "2025-10-01"
    assert interviews.read_answer(SCRIPT.questions[2], "没有的事", TODAY) is None


def test_branches_open_and_a_correction_closes_them() -> None:
    assert [q.id for q in interviews.open_questions(SCRIPT, {"job": "no"})] == ["since", "sum"]
    answers = {"job": "no", "since": "2025-10-01", "sum": "100"}
    assert interviews.pruned(SCRIPT, {**answers, "job": "yes"}) == {"job": "yes", "sum": "100"}
    assert interviews.without_last(SCRIPT, answers) == {"job": "no", "since": "2025-10-01"}


def test_facts_are_read_back_and_unknown_ones_left_out() -> None:
    assert interviews.facts(SCRIPT, {"job": "yes", "sum": "100"}) == ["仍在职", "欠100元"]
    assert interviews.facts(SCRIPT, {"job": "unknown", "sum": "unknown"}) == []


def test_every_applying_outcome_counts_in_order() -> None:
    assert [o.conclusion for o in interviews.outcomes(SCRIPT, {"job": "no"})] == [
        "离职后要在一年内申请。",
        "先收好证据再去投诉。",
    ]


@pytest.mark.parametrize("text", ["上一步", "选错了", "返回上一步"])
def test_back(text: str) -> None:
    assert interviews.wants_back(text)


@pytest.mark.parametrize("text", ["先不说了", "算了", "退出", "改天再说吧"])
def test_stop(text: str) -> None:
    assert interviews.wants_stop(text)


@pytest.mark.parametrize("text", ["就到这里，出报告", "就到这里吧", "先出报告", "出报告", "到此为止。"])
def test_finish(text: str) -> None:
    assert interviews.wants_finish(text)


@pytest.mark.parametrize("text", ["", "吧", "报告", "就", "先", "出报告要多久", "先不说了"])
def test_no_finish(text: str) -> None:
    assert not interviews.wants_finish(text)


NUMBERS = {
    "三万五": 35000,
    "1.2万": 12000,
    "八千多": 8000,
    "3万5": 35000,
    "两千三": 2300,
    "一百二": 120,
    "十五": 15,
    "3,500元": 3500,
    "一万零五": 10005,
    "5w": 50000,
}


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_spoken_numbers(text: str, value: int) -> None:
    assert parse_number(text) == Decimal(value)


AMOUNTS = {
    **NUMBERS,
    "老板说好的是一个月五千五": 5500,
    "一共三万五": 35000,
    "一天200": 200,
    "半年两万": 20000,
    "2个人一共三万": 30000,
    "2024年5月借了五万": 50000,
    "每月3000元": 3000,
    "一次性给了八万": 80000,
    "一万": 10000,
    "一千五": 1500,
    "三个月": None,
    "一直没给": None,
}


@pytest.mark.parametrize(("text", "value"), AMOUNTS.items())
def test_spoken_sums_of_money(text: str, value: int | None) -> None:
    assert parse_amount(text) == (None if value is None else Decimal(value))


@given(st.integers(0, 99_999_999))
def test_digits_are_read_as_they_are(value: int) -> None:
    assert parse_number(str(value)) == value
    assert parse_number(f"{value:,}") == value


@given(st.text(max_size=30))
def test_no_text_breaks_them(text: str) -> None:
    parse_number(text)
    parse_date(text, TODAY)


def test_han_numbers() -> None:
    assert [han_number(t) for t in ("二十", "一百零五", "三千", "十二万")] == [20, 105, 3000, 120000]


DATES = {
    "去年国庆": "2025-10-01",
    "上个月底": "2026-10-31",
    "3月5号": "2026-03-05",
    "2025.6": "2025-06-01",
    "半年前": "2026-05-22",
    "昨天": "2026-11-21",
    "十二月": "2025-12-01",
    "一个半月前": "2026-10-07",
}


@pytest.mark.parametrize(("text", "day"), DATES.items())
def test_spoken_dates(text: str, day: str) -> None:
    assert str(parse_date(text, TODAY)) == day


def test_a_day_that_does_not_exist() -> None:
    assert parse_date("2024年2月30日", TODAY) is None
