"""The calculators on a fixed day, with the real rates."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from knowledge.calculators import CALCULATORS
from knowledge.calculators.core import Result
from knowledge.calculators.rates import load_rates

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def run() -> Callable[..., Result]:
    """`run("severance", started="2020-01-01", ...)`."""

    def calculate(calculator: str, **values: Any) -> Result:
        return CALCULATORS[calculator].run(values, load_rates(), TODAY)

    return calculate
