"""Economic compensation, double wage, overtime, leave, arrears, injury: examples read off the articles, and brackets."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calculators import CALCULATORS
from knowledge.calculators.annual_leave import days_of
from knowledge.calculators.core import CalculationError, RateMissingError, Result
from knowledge.calculators.rates import RatesError, load_rates, parse_rates
from knowledge.calculators.severance import service_months
from knowledge.calculators.work_injury import ONE_OFF_MONTHS

Run = Callable[..., Result]
TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2008, 1, 1), date(2026, 11, 23))


# -- 劳动合同法 47: a year one month, six months or more one, less than six half --------


@pytest.mark.parametrize(
    ("started", "ended", "months"),
    [
        ("2020-01-01", "2020-12-31", "1"),  # exactly a year
        ("2020-01-01", "2021-01-01", "1.5"),  # a day more
        ("2020-01-01", "2020-06-29", "0.5"),  # a day short of six months
        ("2020-01-01", "2020-06-30", "1"),  # six months
        ("2020-01-01", "2020-01-01", "0.5"),  # one day
        ("2024-02-29", "2025-02-27", "1"),  # leap day: a year is full before the next 28 February
        ("2019-03-15", "2024-10-14", "6"),  # five years and seven months
        ("2015-08-31", "2026-11-23", "11.5"),
    ],
)
def test_service_counts_as_article_47_says(started: str, ended: str, months: str) -> None:
    assert service_months(date.fromisoformat(started), date.fromisoformat(ended))[0] == Decimal(months)


@given(DAYS, st.integers(0, 6000), st.integers(0, 400))
def test_longer_service_never_counts_less(started: date, worked: int, more: int) -> None:
    ended = started + timedelta(days=worked)
    assert service_months(started, ended)[0] <= service_months(started, ended + timedelta(days=more))[0]


def test_n_and_2n(run: Run) -> None:
    said = run("severance", started="2021-03-01", ended="2026-08-31", monthly_wage="6000", how="unlawful")
    assert said.figure("违法解除赔偿金（2N）").value == Decimal("72000.00")  # 5 years 6 months: 6 months
    lawful = run("severance", started="2021-03-01", ended="2026-08-31", monthly_wage="6000", how="agreed")
    assert lawful.figure("经济补偿（N）").value == Decimal("36000.00")
    assert any("6 个月" in step for step in lawful.figures[0].steps)


def test_n_plus_1_adds_last_months_wage_not_the_average(run: Run) -> None:
    said = run(
        "severance",
        started="2024-01-01",
        ended="2025-12-31",
        monthly_wage="6000",
        last_month_wage="7000",
        how="article40",
    )
    assert said.figure("合计（N+1）").value == Decimal("19000.00")
    assert "劳动合同法实施条例第二十条" in said.articles


def test_not_knowing_how_shows_both(run: Run) -> None:
    said = run("severance", started="2024-01-01", ended="2025-12-31", monthly_wage="6000")
    assert [figure.label for figure in said.figures] == ["经济补偿（N）", "违法解除赔偿金（2N）"]
    assert said.figures[1].value == 2 * said.figures[0].value


def test_service_before_2008_counts_for_2n_and_not_for_n(run: Run) -> None:
    said = run("severance", started="2006-01-01", ended="2017-12-31", monthly_wage="5000")
    assert said.figure("经济补偿（N）").value == Decimal("50000.00")
    assert said.figure("违法解除赔偿金（2N）").value == Decimal("120000.00")
    assert any("2008年1月1日以前" in line for line in said.warnings)
    assert "劳动合同法第九十七条" in said.articles


def test_years_that_reach_back_before_2008_are_cut_there_too(run: Run) -> None:
    said = run("severance", worked_years="15", ended="2017-12-31", monthly_wage="5000")
    assert said.figure("经济补偿（N）").value == Decimal("50000.00")  # ten years from 2008-01-01
    assert said.figure("违法解除赔偿金（2N）").value == Decimal("150000.00")  # all fifteen (条例 25)
    assert any("2008年1月1日以前" in line and "2003-01-01" in line for line in said.warnings)
    assert "劳动合同法第九十七条" in said.articles
    within = run("severance", worked_years="10", ended="2017-12-31", monthly_wage="5000", how="agreed")
    assert within.figures[0].value == Decimal("50000.00") and not any("2008" in line for line in within.warnings)


def test_three_times_the_average_caps_wage_and_years(run: Run) -> None:
    said = run(
        "severance",
        started="2010-01-01",
        ended="2025-12-31",
        monthly_wage="50000",
        city_average_wage="14000",
        how="agreed",
    )
    assert said.figures[0].value == Decimal(42000 * 12)
    at_the_line = run(
        "severance",
        started="2010-01-01",
        ended="2025-12-31",
        monthly_wage="42000",
        city_average_wage="14000",
        how="agreed",
    )
    assert at_the_line.figures[0].value == Decimal(42000 * 16)  # not above three times: no cap on years


def test_a_high_wage_without_the_average_stops_and_says_what_to_enter(run: Run) -> None:
    with pytest.raises(RateMissingError, match="12333") as caught:
        run("severance", started="2020-01-01", ended="2025-12-31", monthly_wage="50000", how="agreed")
    assert caught.value.field == "city_average_wage"


def test_below_the_minimum_wage_the_minimum_counts(run: Run) -> None:
    said = run("severance", started="2024-01-01", ended="2025-06-30", monthly_wage="2000", how="agreed")
    assert said.figures[0].value == Decimal("5040.00")  # 2,520 in force on that day, two months
    values = {
        "started": "2024-01-01",
        "ended": "2026-06-30",
        "how": "agreed",
    }  # a day whose minimum nobody has verified
    with pytest.raises(RateMissingError, match="12333") as caught:
        run("severance", monthly_wage="2000", **values)
    assert caught.value.field == "minimum_wage"
    entered = run("severance", monthly_wage="2000", minimum_wage="2600", **values).figures[0]
    assert entered.value == Decimal("7800.00") and "您填的" in entered.steps[0]  # 2,600 for three months
    said = [
        any("最低工资我没有核实到" in line for line in run("severance", monthly_wage=w, **values).warnings)
        for w in ("2520", "3779", "3780")
    ]
    assert said == [True, True, False]  # from half as much again on it cannot matter


@pytest.mark.parametrize("how", ["quit", "fault"])
def test_leaving_without_a_right_to_it(run: Run, how: str) -> None:
    said = run("severance", started="2024-01-01", ended="2025-06-30", monthly_wage="6000", how=how)
    assert said.figures[0].value == 0
    assert said.changes


# -- 劳动合同法 82 ----------------------------------------------------------------------


def test_double_wage_has_eleven_months_at_most(run: Run) -> None:
    said = run("double-wage", started="2024-03-01", until="2026-03-01", monthly_wage="6000")
    assert said.figures[0].value == Decimal("66000.00")
    assert "2024-04-01 算到 2025-02-28" in said.figures[0].steps[0]


@pytest.mark.parametrize("started", ["2025-10-31", "2025-01-29", "2025-01-31", "2024-02-29", "2025-08-31"])
def test_eleven_months_stay_eleven_from_the_end_of_a_month_on(run: Run, started: str) -> None:
    said = run("double-wage", started=started, until="2027-06-01", monthly_wage="6000")
    assert said.figures[0].value == Decimal("66000.00")
    assert len(said.figures[0].steps) == 2  # no day left over


def test_the_first_month_is_free(run: Run) -> None:
    assert run("double-wage", started="2026-03-01", until="2026-03-31", monthly_wage="6000").figures[0].value == 0


def test_a_part_of_a_month_counts_by_days_worked(run: Run) -> None:
    said = run("double-wage", started="2025-09-01", until="2025-11-14", monthly_wage="4350", worked_days="10")
    assert said.figures[0].value == Decimal("6350.00")  # October whole, ten days of 200
    assert "劳动争议解释二第六条" in said.articles
    early = run("double-wage", started="2025-01-01", until="2025-03-14", monthly_wage="4350")
    assert any("2025年9月1日" in line for line in early.warnings)
    assert early.figures[0].value == Decimal("6350.00")  # 3 to 14 March 2025: ten weekdays


@given(st.dates(date(2025, 9, 1), date(2026, 6, 1)), st.integers(0, 400), st.integers(0, 60))
def test_more_days_without_a_contract_never_bring_less(started: date, days: int, more: int) -> None:
    def due(until: date) -> Decimal:
        values = {"started": started.isoformat(), "until": until.isoformat(), "monthly_wage": "6000"}
        return CALCULATORS["double-wage"].run(values, load_rates(), TODAY).figures[0].value

    until = started + timedelta(days=days)
    assert due(until) <= due(until + timedelta(days=more)) <= Decimal(66000)


def test_a_part_of_a_month_is_never_worth_more_than_the_month(run: Run) -> None:
    # 1 to 30 October 2025 has 22 weekdays, more than 21.75
    said = run("double-wage", started="2025-09-01", until="2025-10-30", monthly_wage="6000")
    assert said.figures[0].value == Decimal(6000)
    assert any("不超过一个月工资" in step for step in said.figures[0].steps)
    assert run("unpaid-wages", monthly_wage="6000", days="26").figures[0].value == Decimal(6000)


def test_open_ended_contract_refused_has_no_end_at_a_year(run: Run) -> None:
    said = run("double-wage", started="2024-01-01", until="2025-12-31", monthly_wage="5000", matter="open_ended")
    assert said.figures[0].value == Decimal("120000.00")


# -- 劳动法 44 ---------------------------------------------------------------------------


def test_overtime_at_the_three_rates(run: Run) -> None:
    said = run("overtime", monthly_wage="3480", weekday_hours="10", restday_hours="10", holiday_hours="10")
    assert [figure.value for figure in said.figures] == [Decimal(300), Decimal(400), Decimal(600), Decimal(1300)]


def test_a_rounded_wage_is_not_what_the_step_multiplies(run: Run) -> None:
    """14.48 × 360 × 150 % is 7,819.2: whoever checks the step must come to the sum that is shown."""
    said = run("overtime", monthly_wage="2520", weekday_hours="360")
    assert said.figures[0].value == Decimal("7820.69")
    assert said.figures[0].steps[1].startswith("2,520元 ÷ 21.75 天 ÷ 8 小时 × 360 小时 × 150%")
    leave = run("annual-leave", total_years="12", monthly_wage="5000").figure("没休年休假的报酬")
    assert "5,000元 ÷ 21.75 × 10 天 × 3" in leave.steps[1]


def test_overtime_paid_is_taken_off_but_never_below_nothing(run: Run) -> None:
    assert run("overtime", hourly_wage="20", weekday_hours="10", paid="100").figures[-1].value == Decimal(200)
    assert run("overtime", hourly_wage="20", weekday_hours="10", paid="1000").figures[-1].value == 0


@given(st.integers(0, 200), st.integers(0, 200))
def test_overtime_adds_up(first: int, second: int) -> None:
    def pay(hours: int) -> Decimal:
        values = {"hourly_wage": "20", "restday_hours": str(hours)}
        return CALCULATORS["overtime"].run(values, load_rates(), TODAY).figures[-1].value

    assert pay(first) + pay(second) == pay(first + second)


# -- 职工带薪年休假条例 3, 5 --------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "days"), [("0", 0), ("0.99", 0), ("1", 5), ("9.99", 5), ("10", 10), ("19.99", 10), ("20", 15), ("40", 15)]
)
def test_leave_brackets(years: str, days: int) -> None:
    assert days_of(Decimal(years)) == days


def test_leave_not_taken_is_a_range(run: Run) -> None:
    figure = run("annual-leave", total_years="12", taken_days="4", monthly_wage="4350").figure("没休年休假的报酬")
    assert (figure.value, figure.most) == (Decimal("2400.00"), Decimal("3600.00"))


def test_part_of_a_year_drops_the_fraction(run: Run) -> None:
    assert run("annual-leave", total_years="5", year_days="200").figures[0].value == 2
    assert run("annual-leave", total_years="5", year_days="72").figures[0].value == 0
    assert run("annual-leave", total_years="5", year_days="73").figures[0].value == 1


def test_leave_is_lost_in_the_cases_of_article_4(run: Run) -> None:
    assert run("annual-leave", total_years="5", excluded="sick_leave").figures[0].value == 0


# -- arrears -----------------------------------------------------------------------------


def test_arrears_add_up_and_the_surcharge_is_a_range(run: Run) -> None:
    said = run("unpaid-wages", monthly_wage="4350", months="3", days="5", bonus="500", paid="1000")
    assert said.figures[0].value == Decimal("13550.00")
    assert (said.figures[1].value, said.figures[1].most) == (Decimal("6775.00"), Decimal("13550.00"))


def test_wages_by_the_day(run: Run) -> None:
    said = run("unpaid-wages", pay="day", daily_wage="280", days="47", paid="5000")
    assert said.figures[0].value == Decimal("8160.00")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"pay": "day", "days": "3"}, "daily_wage"),
        ({"monthly_wage": "5000", "days": "32"}, "days"),
        ({"months": "3"}, "monthly_wage"),
        ({"monthly_wage": "5000"}, "months"),
        ({"bonus": "100", "paid": "200"}, "paid"),
    ],
)
def test_arrears_that_make_no_sense(run: Run, values: dict[str, str], field: str) -> None:
    with pytest.raises(CalculationError) as caught:
        run("unpaid-wages", **values)
    assert caught.value.field == field


# -- 工伤保险条例 35 to 37, 64 -------------------------------------------------------------


@pytest.mark.parametrize(("grade", "months"), ONE_OFF_MONTHS.items())
def test_one_off_payment_by_grade(run: Run, grade: int, months: int) -> None:
    said = run("work-injury", grade=str(grade), own_wage="10000", city_average_wage="12000")
    assert said.figures[0].value == 10000 * months
    assert len(said.figures) == (2 if grade <= 6 else 1)


def test_a_worse_grade_never_gets_less() -> None:
    paid = [ONE_OFF_MONTHS[grade] for grade in range(1, 11)]
    assert paid == sorted(paid, reverse=True)


def test_the_wage_is_kept_between_60_and_300_percent(run: Run) -> None:
    low = run("work-injury", grade="10", own_wage="5000", city_average_wage="12000")
    high = run("work-injury", grade="10", own_wage="50000", city_average_wage="12000")
    assert (low.figures[0].value, high.figures[0].value) == (Decimal(50400), Decimal(252000))


def test_guangdongs_months_are_not_confirmed_and_may_be_entered(run: Run) -> None:
    without = run("work-injury", grade="9", own_wage="10000", leaving=True)
    assert len(without.figures) == 1
    assert "至少" in without.headline
    assert any("广东省" in line for line in without.warnings)
    entered = run("work-injury", grade="9", own_wage="10000", leaving=True, medical_months="3", employment_months="5")
    assert [figure.value for figure in entered.figures] == [Decimal(90000), Decimal(30000), Decimal(50000)]
    assert "您填的" in entered.figures[1].steps[0]


BY_GRADE = """
- {key: city_average_wage, title: 平均工资, unit: 元/月, enter: 请填写数字, values: [{since: 2020-01-01, status: unconfirmed, source: 测试}]}
- {key: injury_medical_months, title: 医疗补助金, unit: 个月, enter: 请填写数字, values: [{since: 2020-01-01, by: {"9": 2.5, "10": 1}, status: official, source: 测试, verified_on: 2026-11-01}]}
- {key: injury_employment_months, title: 就业补助金, unit: 个月, enter: 请填写数字, values: [{since: 2020-01-01, by: {"9": 7}, status: official, source: 测试, verified_on: 2026-11-01}]}
"""


def test_the_provincial_months_are_a_table_by_grade_once_staff_have_read_it() -> None:
    rates = parse_rates(BY_GRADE)

    def paid(grade: str) -> list[Decimal]:
        said = CALCULATORS["work-injury"].run({"grade": grade, "own_wage": "10000", "leaving": True}, rates, TODAY)
        return [figure.value for figure in said.figures]

    assert paid("9") == [Decimal(90000), Decimal(25000), Decimal(70000)]
    assert paid("10") == [Decimal(70000), Decimal(10000)]  # no row for the second: said to be missing, not taken from 9
    with pytest.raises(RatesError, match="只能写一样"):
        parse_rates(BY_GRADE.replace('by: {"9": 7}', 'by: {"9": 7}, value: 3'))


@pytest.mark.parametrize(("years", "months"), [("0.3", "0.5"), ("0.5", "1"), ("3", "3"), ("4.25", "4.5"), ("5.5", "6")])
def test_service_known_only_in_years(run: Run, years: str, months: str) -> None:
    said = run("severance", worked_years=years, monthly_wage="6000", how="agreed")
    assert said.figures[0].value == 6000 * Decimal(months)


def test_without_dates_or_years_the_first_day_is_asked_for(run: Run) -> None:
    with pytest.raises(CalculationError) as caught:
        run("severance", monthly_wage="6000")
    assert caught.value.field == "started"
