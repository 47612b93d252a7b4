"""Deadlines with interruption and suspension; shares that sum to one; child support; legal aid."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calculators import CALCULATORS
from knowledge.calculators.core import CalculationError, RateMissingError, Result
from knowledge.calculators.inheritance import Heirs, Inheritance, first_order, second_order, shares
from knowledge.calculators.rates import Rates, load_rates, parse_rates

Run = Callable[..., Result]
TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2018, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [
        ("labour", "2026-03-10", "2027-03-10"),
        ("wages_left", "2024-02-29", "2025-02-28"),  # no corresponding day: the month's last
        ("civil", "2023-12-31", "2026-12-31"),
        ("award", "2026-11-20", "2026-12-05"),
        ("judgment", "2026-11-20", "2026-12-05"),
        ("ruling", "2026-11-20", "2026-11-30"),
        ("enforcement", "2025-01-31", "2027-01-31"),
        ("injury", "2026-01-15", "2027-01-15"),
    ],
)
def test_last_day(run: Run, kind: str, start: str, end: str) -> None:
    said = run("deadline", kind=kind, start_on=start)
    assert said.deadline and said.deadline.startswith(end)


def test_wages_while_employed_have_no_limit(run: Run) -> None:
    said = run("deadline", kind="wages_working")
    assert said.deadline is None
    assert "不受一年时效限制" in said.headline


def test_each_demand_in_time_begins_the_period_anew(run: Run) -> None:
    said = run("deadline", kind="civil", start_on="2018-05-01", interrupted=("2020-06-01", "2023-05-31"))
    assert said.deadline and said.deadline.startswith("2026-05-31")


def test_a_demand_after_the_end_does_not_revive_it(run: Run) -> None:
    said = run("deadline", kind="civil", start_on="2018-05-01", interrupted=("2021-05-02",))
    assert said.deadline and said.deadline.startswith("2021-05-01")
    assert any("不再重新起算" in line for line in said.warnings)
    on_the_last_day = run("deadline", kind="civil", start_on="2018-05-01", interrupted=("2021-05-01",))
    assert on_the_last_day.deadline and on_the_last_day.deadline.startswith("2024-05-01")


def test_terms_to_appeal_are_not_begun_anew(run: Run) -> None:
    said = run("deadline", kind="award", start_on="2026-11-01", interrupted=("2026-11-10",))
    assert said.deadline and said.deadline.startswith("2026-11-16")


def test_suspension_in_the_last_six_months_gives_six_months(run: Run) -> None:
    values = {"kind": "civil", "start_on": "2020-01-01"}
    late = run("deadline", blocked_from="2022-12-01", blocked_to="2023-02-01", **values)
    assert late.deadline and late.deadline.startswith("2023-08-01")
    early = run("deadline", blocked_from="2021-01-01", blocked_to="2021-06-01", **values)
    assert early.deadline and early.deadline.startswith("2023-01-01")


def test_labour_suspension_goes_on_where_it_stopped(run: Run) -> None:
    said = run("deadline", kind="labour", start_on="2026-01-01", blocked_from="2026-02-01", blocked_to="2026-02-10")
    assert said.deadline and said.deadline.startswith("2027-01-11")


def test_suspension_of_enforcement_goes_on_but_only_from_the_last_six_months(run: Run) -> None:
    """执行程序解释 19: an obstacle in the last six months stops it, and the rest runs on afterwards."""
    values = {"kind": "enforcement", "start_on": "2025-01-10"}  # to 2027-01-10; the last six months from 2026-07-10
    late = run("deadline", blocked_from="2026-07-01", blocked_to="2026-07-20", **values)
    assert late.deadline and late.deadline.startswith("2027-01-20")  # 11 to 20 July: ten days
    early = run("deadline", blocked_from="2026-06-01", blocked_to="2026-07-10", **values)
    assert early.deadline and early.deadline.startswith("2027-01-10")
    assert any("不中止" in step for step in early.figures[0].steps)


def test_an_obstacle_without_an_end_is_asked_about(run: Run) -> None:
    with pytest.raises(CalculationError, match="还没消除填今天") as caught:
        run("deadline", kind="civil", start_on="2024-01-01", blocked_from="2026-10-01")
    assert caught.value.field == "blocked_to"


def test_a_demand_that_lies_ahead_is_refused(run: Run) -> None:
    with pytest.raises(CalculationError, match="今天之后") as caught:
        run("deadline", kind="civil", start_on="2024-01-01", interrupted=("2026-11-24",))
    assert caught.value.field == "interrupted"


def test_twenty_years_at_most(run: Run) -> None:
    said = run("deadline", kind="civil", start_on="2025-01-01", harmed_on="2006-12-01")
    assert said.deadline and said.deadline.startswith("2026-12-01")


def test_two_years_that_had_run_out_before_october_2017_stay_so(run: Run) -> None:
    old = run("deadline", kind="civil", start_on="2015-09-30")
    assert old.deadline and old.deadline.startswith("2017-09-30")
    new = run("deadline", kind="civil", start_on="2015-10-01")
    assert new.deadline and new.deadline.startswith("2018-10-01")


@given(DAYS, DAYS)
def test_a_demand_never_brings_the_end_forward(start: date, demand: date) -> None:
    def end(**more: object) -> str:
        values = {"kind": "civil", "start_on": start.isoformat(), **more}
        return CALCULATORS["deadline"].run(values, load_rates(), TODAY).deadline or ""

    assert end() <= end(interrupted=(demand,))


# -- inheritance -------------------------------------------------------------------------


def test_spouse_takes_half_first(run: Run) -> None:
    said = run("inheritance", common="2000000", spouse=True, children=1, parents=2)
    assert said.figures[0].value == 1_000_000
    assert said.figure("配偶").value == 250_000


def test_children_before_siblings(run: Run) -> None:
    said = run("inheritance", own="900000", children=3, siblings=2)
    assert said.figures[0].value == 300_000
    assert any("不继承" in line for line in said.warnings)


def test_second_order_when_there_is_no_first(run: Run) -> None:
    said = run("inheritance", own="900000", siblings=1, siblings_gone=1, grandparents=1)
    assert {figure.value for figure in said.figures} == {300_000}
    assert "民法典第一千一百二十八条" in said.articles


def test_grandchildren_stand_in_before_the_second_order(run: Run) -> None:
    said = run("inheritance", own="900000", children_gone=1, siblings=2)
    assert [figure.label for figure in said.figures] == ["先去世子女的那一份"]
    assert said.figures[0].value == 900_000


def test_nobody_left(run: Run) -> None:
    nobody = run("inheritance", own="900000", siblings=0, siblings_gone=0, grandparents=0)
    assert "民法典第一千一百六十条" in nobody.articles


@pytest.mark.parametrize("field", ["siblings", "siblings_gone", "grandparents"])
def test_an_estate_is_not_given_away_before_the_second_order_was_asked_for(run: Run, field: str) -> None:
    told = {"siblings": 0, "siblings_gone": 0, "grandparents": 0}
    with pytest.raises(CalculationError, match="第二顺序") as caught:
        run("inheritance", own="900000", **{key: value for key, value in told.items() if key != field})
    assert caught.value.field == field


def test_without_a_value_shares_are_shown(run: Run) -> None:
    said = run("inheritance", children=3)
    assert "1/3" in said.headline
    assert said.figures[0].unit == "%"


def test_common_property_needs_a_spouse(run: Run) -> None:
    with pytest.raises(CalculationError) as caught:
        run("inheritance", common="100")
    assert caught.value.field == "common"


def test_more_debts_than_estate_leaves_nothing(run: Run) -> None:
    said = run("inheritance", own="100", debts="101", children=1)
    assert said.figures[0].value == 0
    assert "民法典第一千一百六十一条" in said.articles
    assert "1/2" in run("inheritance", debts="101", children=2).headline  # the estate is not known: shares only


@given(st.lists(st.integers(0, 20), min_size=9, max_size=9), st.booleans())
def test_shares_sum_to_one(counts: list[int], spouse: bool) -> None:
    names = ("children", "children_gone", "children_later", "in_law", "siblings", "siblings_gone")
    inputs = Inheritance(spouse=spouse, **dict(zip(names, counts[:6], strict=True)))  # type: ignore[arg-type]
    heirs: list[Heirs] = first_order(inputs) or second_order(inputs)
    if heirs:
        per_label = shares(heirs)
        assert sum(per_label[group.label] * group.count for group in heirs) == Fraction(1)


# -- child support and legal aid ------------------------------------------------------------


@pytest.mark.parametrize(("children", "low", "high"), [(1, 2000, 3000), (2, 2000, 5000), (3, 2000, 5000)])
def test_child_support_is_a_range(run: Run, children: int, low: int, high: int) -> None:
    figure = run("child-support", monthly_income="10000", children=children).figures[0]
    assert (figure.value, figure.most) == (low, high)


def test_child_support_until_eighteen(run: Run) -> None:
    said = run("child-support", monthly_income="10000", born_on="2010-11-23")
    assert said.figures[1].value == 24
    assert "2028-11-23" in said.headline
    with pytest.raises(CalculationError):
        run("child-support", monthly_income="10000", born_on="2027-01-01")


def test_legal_aid_is_not_computed_until_staff_have_set_the_figure(run: Run) -> None:
    with pytest.raises(RateMissingError, match="12348"):
        run("legal-aid", exempt="none", household_income="30000", members=2)
    assert "不查经济困难" in run("legal-aid", exempt="wages_injury").headline
    with pytest.raises(CalculationError):  # nobody but staff may set it
        run("legal-aid", exempt="none", household_income="1", urban_disposable_income="6000")


SET_BY_STAFF = """
- key: urban_disposable_income
  title: 人均可支配收入
  unit: 元/月
  enter: 由工作人员填写
  values:
    - {since: 2026-01-01, value: 6000, status: official, source: 测试, verified_on: 2026-11-01}
"""


@pytest.mark.parametrize(
    ("income", "emergency", "below"),
    [("35999", False, True), ("36000", False, False), ("71999", True, True), ("72000", True, False)],
)
def test_legal_aid_line(income: str, emergency: bool, below: bool) -> None:
    rates: Rates = parse_rates(SET_BY_STAFF)
    values = {"exempt": "none", "household_income": income, "members": "2", "emergency": emergency}
    said = CALCULATORS["legal-aid"].run(values, rates, TODAY)
    assert ("可以去申请" in said.headline) == below
