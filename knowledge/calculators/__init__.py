"""The calculators: pure functions with their articles and arithmetic. `CALCULATORS` by name; rates in `rates.yml`."""

from __future__ import annotations

from typing import Any

from knowledge.calculators import (
    annual_leave,
    child_support,
    contract_penalty,
    court_fee,
    deadline,
    delay_interest,
    double_wage,
    inheritance,
    late_payment,
    legal_aid,
    loan_interest,
    overtime,
    severance,
    unpaid_wages,
    work_injury,
)
from knowledge.calculators.core import Calculator

_ALL: tuple[Calculator[Any], ...] = (
    unpaid_wages.CALCULATOR,
    severance.CALCULATOR,
    double_wage.CALCULATOR,
    overtime.CALCULATOR,
    annual_leave.CALCULATOR,
    work_injury.CALCULATOR,
    loan_interest.CALCULATOR,
    contract_penalty.CALCULATOR,
    late_payment.CALCULATOR,
    court_fee.CALCULATOR,
    delay_interest.CALCULATOR,
    deadline.CALCULATOR,
    inheritance.CALCULATOR,
    child_support.CALCULATOR,
    legal_aid.CALCULATOR,
)
CALCULATORS: dict[str, Calculator[Any]] = {calculator.name: calculator for calculator in _ALL}
