"""`xiaofa calc`: a result with its steps, JSON, and errors that say which option to give."""

import json

import pytest
from typer.testing import CliRunner

from knowledge.calculators import CALCULATORS
from xiaofa.cli import app

RUN = CliRunner()


def calc(*arguments: str) -> tuple[int, str]:
    result = RUN.invoke(app, ["calc", *arguments], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_a_result_as_json() -> None:
    code, said = calc("court-fee", "--matter", "property", "--amount", "50000", "--json")
    assert code == 0
    assert json.loads(said)["figures"][0]["value"] == "1050.00"


def test_a_result_in_words_with_steps_and_article() -> None:
    code, said = calc("severance", "--worked-years", "5.5", "--monthly-wage", "6000", "--how", "agreed")
    assert code == 0
    assert "36,000元" in said and "6,000元 × 6 个月" in said and "《劳动合同法》第四十七条" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["severance", "--worked-years", "5", "--monthly-wage", "-1"], "月平均工资"),
        (["severance", "--worked-years", "5", "--monthly-wage", "90000"], "--city-average-wage"),
        (["severance", "--started", "2025-02-30", "--monthly-wage", "1"], "真实存在的日期"),
        (["delay-interest", "--due-on", "2025-01-01"], "还差“没付的判决金额”"),
    ],
)
def test_errors_in_plain_words(arguments: list[str], says: str) -> None:
    code, said = calc(*arguments)
    assert code == 1
    assert says in said
    assert "Traceback" not in said


def test_dates_may_be_given_more_than_once() -> None:
    code, said = calc(
        "deadline", "--kind", "civil", "--start-on", "2018-05-01", "--interrupted", "2020-06-01",
        "--interrupted", "2023-05-31", "--json",
    )  # fmt: skip
    assert code == 0
    assert json.loads(said)["deadline"].startswith("2026-05-31")


def test_flags_for_yes_and_no() -> None:
    code, said = calc("inheritance", "--spouse", "--children", "1", "--common", "100", "--json")
    assert code == 0
    assert json.loads(said)["figures"][0]["value"] == "50.00"


@pytest.mark.parametrize("name", sorted(CALCULATORS))
def test_help_names_every_input(name: str) -> None:
    code, said = calc(name, "--help")
    assert code == 0
    for field in CALCULATORS[name].inputs.model_fields:
        assert "--" + field.replace("_", "-") in said


def test_the_rates_are_listed_with_their_status() -> None:
    code, said = calc("rates")
    assert code == 0
    assert "没有核实" in said
