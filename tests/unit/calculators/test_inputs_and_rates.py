"""Hostile input gives a clear Chinese message; rates are validated; every article cited may be shown."""

import ast
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calculators import CALCULATORS
from knowledge.calculators.core import CalculationError, RateMissingError, plain
from knowledge.calculators.rates import FILE, RatesError, load_rates, parse_rates
from service.gate import CitationGate

TODAY = date(2026, 11, 23)
NAMES = sorted(CALCULATORS)
GOOD: dict[str, dict[str, Any]] = {
    "annual-leave": {"total_years": "5"},
    "child-support": {"monthly_income": "10000"},
    "contract-penalty": {"matter": "penalty", "penalty": "1", "loss": "1"},
    "court-fee": {"matter": "property", "amount": "1"},
    "deadline": {"kind": "labour", "start_on": "2026-01-01"},
    "delay-interest": {"principal": "1", "due_on": "2026-01-01"},
    "double-wage": {"started": "2026-01-01", "monthly_wage": "5000"},
    "inheritance": {"children": "1"},
    "late-payment": {"unpaid": "1", "payer": "large", "delivered_on": "2026-01-01"},
    "legal-aid": {"exempt": "violence"},
    "loan-interest": {"principal": "1", "lent_on": "2024-01-01", "annual_rate": "1"},
    "overtime": {"hourly_wage": "20", "weekday_hours": "1"},
    "severance": {"started": "2020-01-01", "ended": "2026-01-01", "monthly_wage": "5000"},
    "unpaid-wages": {"bonus": "1"},
    "work-injury": {"grade": "10", "own_wage": "8000"},
}
BAD = ["-1", "1e40", "NaN", "Infinity", "-Infinity", "abc", "", "2026-02-30", "1.123456789", 1.5, True, None, [], {}]


@pytest.mark.parametrize("name", NAMES)
def test_the_good_example_works_and_shows_its_arithmetic(name: str) -> None:
    result = CALCULATORS[name].run(GOOD[name], load_rates(), TODAY)
    assert len(result.headline) <= 120
    assert all(figure.steps for figure in result.figures)
    assert result.changes  # what would change it
    assert set(result.articles) <= set(CALCULATORS[name].articles)


@pytest.mark.parametrize("name", NAMES)
def test_hostile_values_give_chinese_or_work(name: str) -> None:
    for field in CALCULATORS[name].inputs.model_fields:
        for value in BAD:
            try:
                CALCULATORS[name].run({**GOOD[name], field: value}, load_rates(), TODAY)
            except CalculationError as error:
                assert re.search(r"[一-鿿]", str(error)), (field, value, error)
                assert "Input should" not in str(error), (field, value, error)


@pytest.mark.parametrize(
    ("name", "field", "value", "says"),
    [
        ("severance", "monthly_wage", "-1", "月平均工资"),
        ("severance", "monthly_wage", "99999999999999", "太大"),
        ("severance", "monthly_wage", "NaN", "数字"),
        ("severance", "started", "2025-02-30", "真实存在的日期"),
        ("severance", "started", "1900-01-01", "不能早于"),
        ("severance", "started", "5000", "真实存在的日期"),
        ("severance", "ended", "2019-12-31", "早于入职"),
        ("severance", "monthly_wage", 5000.5, "数字"),
        ("severance", "shoe_size", "42", "没有“shoe_size”"),
        ("work-injury", "grade", "11", "伤残等级"),
    ],
)
def test_the_message_names_the_field(name: str, field: str, value: Any, says: str) -> None:
    with pytest.raises(CalculationError, match=says) as caught:
        CALCULATORS[name].run({**GOOD[name], field: value}, load_rates(), TODAY)
    assert caught.value.field == field


def test_a_missing_value_is_asked_for_in_words() -> None:
    with pytest.raises(CalculationError, match="还差“月平均工资”"):
        CALCULATORS["severance"].read({"started": "2020-01-01"})


@given(
    st.dictionaries(st.sampled_from(["principal", "annual_rate", "lent_on", "until", "due_on"]), st.text(max_size=12))
)
def test_no_text_breaks_a_calculator(values: dict[str, str]) -> None:
    try:
        CALCULATORS["loan-interest"].run(values, load_rates(), TODAY)
    except CalculationError as error:
        assert re.search(r"[一-鿿]", str(error))


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_numbers_are_shown_without_exponents(value: Decimal) -> None:
    assert Decimal(plain(value).replace(",", "")) == value


def test_no_float_stands_in_the_calculators() -> None:
    for path in FILE.parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), (path, node.value)
            assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"), path


@pytest.mark.parametrize("name", NAMES)
def test_every_article_may_be_shown_and_every_field_is_explained(name: str, gate: CitationGate) -> None:
    for article in CALCULATORS[name].articles:
        assert len(gate.cite(article)) == 1, article
    for field, info in CALCULATORS[name].inputs.model_fields.items():
        assert info.title and info.description, field


# -- rates -----------------------------------------------------------------------------------


def test_the_file_is_valid_and_every_key_is_used() -> None:
    used = {key for calculator in CALCULATORS.values() for key in calculator.rates}
    assert {rate.key for rate in load_rates()} == used


def test_a_value_holds_until_the_next_and_not_past_its_verification() -> None:
    rates = load_rates()
    found = [rates.find("lpr_1y", date(2021, 12, day)) for day in (19, 20)]
    assert [rate.value for rate in found if rate] == [Decimal("3.85"), Decimal("3.80")]
    assert rates.find("lpr_1y", date(2019, 8, 19)) is None
    assert rates.find("lpr_1y", date(2026, 9, 20)) is None
    assert rates.find("lpr_1y", date(2026, 9, 20), Decimal(3)) is not None


def test_an_unconfirmed_rate_says_what_to_enter() -> None:
    with pytest.raises(RateMissingError, match="没有核实到.*12333") as caught:
        load_rates().need("injury_medical_months", TODAY, "medical_months")
    assert caught.value.field == "medical_months"


ROW = "- {key: a_b, title: 甲, unit: 元, enter: 请填写数字, values: [%s]}"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("{since: 2020-01-01, value: 1, status: unconfirmed, source: 某处}", "unconfirmed"),
        ("{since: 2020-01-01, status: official, source: 某处}", "unconfirmed"),
        ("{since: 2020-01-01, value: 1, status: official, source: 某处}", "verified_on"),
        ("{since: 2020-01-01, value: -1, status: official, source: 某处, verified_on: 2020-01-01}", "value"),
        ("{since: 2020-13-01, value: 1, status: official, source: 某处, verified_on: 2020-01-01}", "写法有误"),
        ("{since: 2020-01-01, value: 1, status: rumour, source: 某处, verified_on: 2020-01-01}", "status"),
        ("", "values"),
    ],
)
def test_a_mistake_in_the_file_is_named(values: str, says: str) -> None:
    with pytest.raises(RatesError, match=says):
        parse_rates(ROW % values)


def test_values_out_of_order_are_refused() -> None:
    one = "{since: %s, value: 1, status: official, source: 某处, verified_on: 2020-01-01}"
    with pytest.raises(RatesError, match="从早到晚"):
        parse_rates(ROW % f"{one % '2021-01-01'}, {one % '2020-01-01'}")
