"""One set of numbers for every calculator (tests/calculators.yml); the web forms get the same in tests/stack."""

import shlex
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from knowledge.calculators import CALCULATORS
from xiaofa.cli import app

CASES = yaml.safe_load((Path(__file__).resolve().parents[1] / "calculators.yml").read_text("utf-8"))


def test_the_table_is_total() -> None:
    assert sorted(case["name"] for case in CASES) == sorted(CALCULATORS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_it_works_on_the_command_line(case: dict[str, str]) -> None:
    result = CliRunner().invoke(app, ["calc", case["name"], *shlex.split(case["cli"])], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    assert str(case["shows"]) in result.output and "第" in result.output
