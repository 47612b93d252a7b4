"""Loans, contracts, late payment, court fees, interest for delayed performance."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calculators import CALCULATORS
from knowledge.calculators.core import CalculationError, RateMissingError, Result
from knowledge.calculators.court_fee import property_fee
from knowledge.calculators.rates import load_rates

Run = Callable[..., Result]
TODAY = date(2026, 11, 23)
AMOUNTS = st.integers(1, 5_000_000)


# -- 民间借贷规定 25, 28, 31 ---------------------------------------------------------------


def test_interest_under_the_cap_is_as_agreed(run: Run) -> None:
    said = run("loan-interest", principal="100000", lent_on="2023-01-01", annual_rate="12", until="2024-01-01")
    assert said.figure("利息").value == Decimal("12000.00")  # 365 days, LPR 3.65: cap 14.6


def test_above_the_cap_four_times_the_lpr_of_the_day_it_was_made(run: Run) -> None:
    said = run("loan-interest", principal="100000", lent_on="2023-01-01", annual_rate="36", until="2024-01-01")
    assert said.figure("利息").value == Decimal("14600.00")
    assert any("不支持" in line for line in said.warnings)


@pytest.mark.parametrize(
    ("lent", "cap"),
    [
        ("2020-08-20", "15.4"),  # first day of the new rule: 3.85 x 4
        ("2021-12-19", "15.4"),  # the day before a new LPR
        ("2021-12-20", "15.2"),
        ("2025-05-20", "12"),
        ("2026-09-19", "12"),  # last day for which the value is verified
    ],
)
def test_the_lpr_is_that_of_the_contract_day(run: Run, lent: str, cap: str) -> None:
    said = run("loan-interest", principal="1000", lent_on=lent, annual_rate="100", until="2026-11-23")
    assert f"上限 {cap}%" in said.figure("利息").steps[0]


def test_a_loan_of_before_is_split_on_2020_08_20(run: Run) -> None:
    said = run(
        "loan-interest",
        principal="365000",
        lent_on="2019-08-19",
        annual_rate="36",
        until="2021-08-19",
        filed_on="2021-09-01",
    )
    # 366 days at 24 %, 365 days at 4 x 3.85 %
    assert said.figure("利息").value == Decimal(240 * 366 + 154 * 365)
    assert said.figure("利息").steps[-1] == "几段合计 144,050元"
    assert "民间借贷规定第三十一条" in said.articles


def test_a_split_counts_every_day_once(run: Run) -> None:
    values = {"principal": "365000", "lent_on": "2020-08-01", "annual_rate": "10", "filed_on": "2025-06-01"}
    days = (date(2020, 9, 1) - date(2020, 8, 1)).days
    assert run("loan-interest", until="2020-09-01", **values).figure("利息").value == 100 * days


def test_the_filing_day_needs_a_verified_lpr_or_one_entered(run: Run) -> None:
    values = {"principal": "1000", "lent_on": "2019-01-01", "annual_rate": "24", "until": "2021-01-01"}
    with pytest.raises(RateMissingError, match="LPR") as caught:
        run("loan-interest", **values)  # filed today, 2026-11-23: not verified
    assert caught.value.field == "lpr_filed"
    assert "12%" in " ".join(run("loan-interest", lpr_filed="3", **values).figure("利息").steps)


def test_before_2015_09_01_the_older_cap_is_asked_for(run: Run) -> None:
    values = {"principal": "1000", "annual_rate": "24", "until": "2016-01-01"}
    with pytest.raises(RateMissingError) as caught:
        run("loan-interest", lent_on="2015-08-31", **values)
    assert caught.value.field == "old_cap"
    assert run("loan-interest", lent_on="2015-09-01", **values).figures


def test_interest_taken_in_advance_lowers_the_principal(run: Run) -> None:
    said = run(
        "loan-interest",
        principal="100000",
        deducted="10000",
        lent_on="2023-01-01",
        annual_rate="10",
        until="2024-01-01",
    )
    assert said.figure("利息").value == Decimal("9000.00")


def test_interest_paid_beyond_the_cap_counts_against_the_principal(run: Run) -> None:
    values = {"principal": "100000", "lent_on": "2023-01-01", "annual_rate": "36", "until": "2024-01-01"}
    said = run("loan-interest", paid="20000", **values)
    assert (said.figure("利息").value, said.figure("本息合计").value) == (Decimal(0), Decimal("94600.00"))
    assert run("loan-interest", paid="14600", **values).figure("本息合计").value == Decimal("100000.00")


def test_what_was_paid_willingly_before_2020_08_20_up_to_36_percent_may_be_lost(run: Run) -> None:
    """法释〔2015〕18号 26 and 31, which still hold for interest up to 2020-08-19."""
    values = {"principal": "365000", "lent_on": "2018-08-19", "annual_rate": "36", "until": "2019-08-19"}
    said = run("loan-interest", paid="131400", **values)  # a year at 36 %, all of it paid
    whole = said.figure("本息合计")
    assert (whole.value, whole.most) == (Decimal("321200.00"), Decimal("365000.00"))  # 24 % protected: 87,600
    assert "到 365,000元" in said.headline
    more = run("loan-interest", paid="140000", **values).figure("本息合计")
    assert (more.value, more.most) == (Decimal("312600.00"), Decimal("356400.00"))  # what lies beyond 36 % comes off
    assert run("loan-interest", paid="87600", **values).figure("本息合计").most is None
    new = run("loan-interest", **{**values, "lent_on": "2022-08-19", "until": "2023-08-19"}, paid="131400")
    assert new.figure("本息合计").most is None  # today's rules know no such band


def test_on_the_day_itself_there_is_no_interest_yet_and_it_is_not_said_that_none_was_agreed(run: Run) -> None:
    said = run("loan-interest", principal="1000", lent_on="2024-01-01", annual_rate="12", until="2024-01-01")
    assert said.figure("利息").value == 0
    assert not any("没有约定利息" in step for step in said.figure("利息").steps)


def test_no_rate_agreed_for_the_delay_goes_on_with_the_rate_of_the_term(run: Run) -> None:
    values = {"principal": "365000", "lent_on": "2023-01-01", "annual_rate": "10", "due_on": "2023-01-11"}
    for overdue in ({}, {"overdue_rate": "0"}):
        said = run("loan-interest", until="2023-01-21", **values, **overdue)
        assert said.figure("利息").value == Decimal(2000)


def test_the_day_of_filing_that_was_assumed_is_said(run: Run) -> None:
    values = {
        "principal": "1000",
        "lent_on": "2019-01-01",
        "annual_rate": "24",
        "until": "2021-01-01",
        "lpr_filed": "3",
    }
    assert any("先按今天起诉算" in line for line in run("loan-interest", **values).changes)
    filed = run("loan-interest", filed_on="2022-01-20", **{**values, "lpr_filed": "3.7"})
    assert not any("先按今天起诉算" in line for line in filed.changes)
    assert "14.8%" in " ".join(filed.figure("利息").steps)
    assert "14.8%" in " ".join(
        run("loan-interest", filed_on="2022-01-20", **{k: v for k, v in values.items() if k != "lpr_filed"})
        .figure("利息")
        .steps
    )


def test_overdue_with_nothing_agreed_takes_the_lpr_of_the_first_day_of_delay(run: Run) -> None:
    values = {"principal": "365000", "lent_on": "2024-01-01", "annual_rate": "0", "due_on": "2025-05-19"}
    assert run("loan-interest", until="2025-05-29", **values).figure("利息").value == Decimal(300)  # 3.0, not 3.1


def test_nothing_agreed_gives_nothing_until_overdue(run: Run) -> None:
    values = {"principal": "100000", "lent_on": "2022-01-01", "annual_rate": "0"}
    assert run("loan-interest", until="2024-01-01", **values).figure("利息").value == 0
    overdue = run("loan-interest", until="2024-01-01", due_on="2023-01-01", **values)
    assert overdue.figure("利息").value == Decimal("3650.00")  # LPR 3.65 of the day it was due
    old = run(
        "loan-interest",
        principal="100000",
        lent_on="2018-01-01",
        annual_rate="0",
        due_on="2019-08-19",
        until="2020-08-19",
    )
    assert old.figure("利息").value == (Decimal(6000) * 366 / 365).quantize(Decimal("0.01"))


def test_overdue_rate_is_capped_too(run: Run) -> None:
    said = run(
        "loan-interest",
        principal="365000",
        lent_on="2023-01-01",
        annual_rate="10",
        overdue_rate="30",
        due_on="2023-01-11",
        until="2023-01-21",
    )
    assert said.figure("利息").value == Decimal(100 * 10 + 146 * 10)


@given(AMOUNTS, st.integers(0, 60), st.integers(0, 60))
def test_interest_grows_with_the_rate_and_never_past_the_cap(principal: int, rate: int, more: int) -> None:
    def interest(annual: int) -> Decimal:
        values = {
            "principal": str(principal),
            "lent_on": "2023-01-01",
            "annual_rate": str(annual),
            "until": "2024-01-01",
        }
        return CALCULATORS["loan-interest"].run(values, load_rates(), TODAY).figure("利息").value

    assert interest(rate) <= interest(rate + more) <= (principal * Decimal("0.146")).quantize(Decimal("0.01")) + 1


# -- 民法典 585 to 587 ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deposit", "by", "value"),
    [
        ("20000", "receiver", 40000),  # within 20 %: twice
        ("30000", "receiver", 50000),  # 20,000 twice, 10,000 back
        ("20000", "payer", 0),
        ("30000", "payer", 10000),
    ],
)
def test_deposit(run: Run, deposit: str, by: str, value: int) -> None:
    said = run("contract-penalty", matter="deposit", contract_amount="100000", deposit=deposit, breach_by=by)
    assert said.figures[0].value == value


def test_deposit_for_the_part_not_performed(run: Run) -> None:
    said = run(
        "contract-penalty",
        matter="deposit",
        contract_amount="100000",
        deposit="20000",
        breach_by="receiver",
        unfulfilled="25",
    )
    assert said.figures[0].value == 25000


@pytest.mark.parametrize(
    ("penalty", "says", "value", "most"),
    [
        ("13000", "没有超过", 13000, None),  # exactly 130 %
        ("13000.01", "超过损失的 130%", 10000, Decimal("13000.01")),
        ("10000", "没有超过", 10000, None),
        ("9999", "可以请求增加", 9999, 10000),
    ],
)
def test_penalty_against_the_loss(run: Run, penalty: str, says: str, value: int, most: Decimal | None) -> None:
    said = run("contract-penalty", matter="penalty", penalty=penalty, loss="10000")
    assert says in said.headline
    assert (said.figures[0].value, said.figures[0].most) == (value, most)


def test_late_price_is_lpr_plus_30_to_50_percent(run: Run) -> None:
    said = run("contract-penalty", matter="late", unpaid="365000", due_on="2025-06-01", until="2025-06-11")
    assert (said.figures[0].value, said.figures[0].most) == (Decimal("390.00"), Decimal("450.00"))
    with pytest.raises(RateMissingError):
        run("contract-penalty", matter="late", unpaid="1000", due_on="2019-08-18")
    assert run("contract-penalty", matter="late", unpaid="1000", due_on="2019-08-19").figures  # in delay from the 20th
    values = {"matter": "late", "unpaid": "365000", "due_on": "2025-05-19", "until": "2025-05-29"}
    assert run("contract-penalty", **values).figures[0].value == Decimal("390.00")  # the LPR of 20 May: 3.0, not 3.1


# -- 保障中小企业款项支付条例 9, 17 -----------------------------------------------------------


def test_half_a_permille_a_day_after_60_days(run: Run) -> None:
    said = run("late-payment", unpaid="100000", payer="large", delivered_on="2026-01-01", until="2026-04-01")
    assert said.figures[0].value == Decimal("1500.00")  # due 2026-03-02, 30 days late
    on_time = run("late-payment", unpaid="100000", payer="large", delivered_on="2026-01-01", until="2026-03-02")
    assert on_time.figures[0].value == 0


def test_public_bodies_have_30_days_and_60_at_most(run: Run) -> None:
    values = {"unpaid": "100000", "payer": "public", "delivered_on": "2026-01-01"}
    assert "最后一天 2026-01-31" in run("late-payment", until="2026-04-01", **values).figures[0].steps[0]
    agreed = run("late-payment", until="2026-04-01", agreed_days="90", **values)
    assert "最后一天 2026-03-02" in agreed.figures[0].steps[0]


def test_an_agreed_rate_is_not_below_the_lpr(run: Run) -> None:
    said = run(
        "late-payment",
        unpaid="365000",
        payer="large",
        delivered_on="2026-01-01",
        agreed_rate="1",
        signed_on="2025-12-01",
        until="2026-03-12",
    )
    assert said.figures[0].value == Decimal("300.00")  # 3 % for ten days


def test_the_60_days_of_large_firms_begin_with_the_revision(run: Run) -> None:
    values = {"unpaid": "1000", "payer": "large", "until": "2026-04-01"}
    with pytest.raises(CalculationError) as caught:
        run("late-payment", delivered_on="2025-05-31", **values)
    assert caught.value.field == "agreed_days"
    assert run("late-payment", delivered_on="2025-06-01", **values).figures


def test_a_small_payer_is_sent_elsewhere(run: Run) -> None:
    said = run("late-payment", unpaid="1000", payer="small", delivered_on="2026-01-01")
    assert "不适用" in said.headline and not said.figures


# -- 诉讼费用交纳办法 13, 14 ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "fee"),
    [
        (0, 50),
        (10_000, 50),
        (20_000, 300),
        (100_000, 2_300),
        (200_000, 4_300),
        (500_000, 8_800),
        (1_000_000, 13_800),
        (2_000_000, 22_800),
        (5_000_000, 46_800),
        (10_000_000, 81_800),
        (20_000_000, 141_800),
        (30_000_000, 191_800),
    ],
)
def test_property_fee_at_every_bracket(run: Run, amount: int, fee: int) -> None:
    assert run("court-fee", matter="property", amount=str(amount)).figures[0].value == fee
    assert run("court-fee", matter="property", amount=str(amount), half="simple").figures[0].value == Decimal(fee) / 2


@pytest.mark.parametrize(
    ("amount", "fee"),
    [(10_000, 50), (500_000, 7_400), (5_000_000, 52_400), (10_000_000, 77_400), (20_000_000, 87_400)],
)
def test_enforcement_fee(run: Run, amount: int, fee: int) -> None:
    assert run("court-fee", matter="enforcement", amount=str(amount)).figures[0].value == fee


@pytest.mark.parametrize(
    ("amount", "fee"), [(0, 30), (1000, 30), (100_000, 1_020), (896_000, 5_000), (895_999, "4999.995"), (10**8, 5_000)]
)
def test_preservation_fee_has_a_ceiling(run: Run, amount: int, fee: str) -> None:
    got = run("court-fee", matter="preservation", amount=str(amount)).figures[0].value
    assert got == Decimal(fee).quantize(Decimal("0.01"), "ROUND_HALF_UP")


@pytest.mark.parametrize(
    ("matter", "amount", "low", "high"),
    [
        ("divorce", "200000", 50, 300),
        ("divorce", "300000", 550, 800),
        ("personality", "50000", 100, 500),
        ("personality", "150000", 850, 1250),
        ("other", None, 50, 100),
        ("ip", None, 500, 1000),
        ("labour", None, 10, None),
        ("jurisdiction", None, 50, 100),
    ],
)
def test_where_the_rule_gives_a_range_a_range_is_shown(
    run: Run, matter: str, amount: str | None, low: int, high: int | None
) -> None:
    said = run("court-fee", matter=matter, **({"amount": amount} if amount else {}))
    assert (said.figures[0].value, said.figures[0].most) == (low, high)
    assert bool(said.warnings) == (high is not None)


@pytest.mark.parametrize(
    ("matter", "amount", "says"),
    [
        ("preservation", "350000", "合计 2,270元"),
        ("divorce", "300000", "合计 550元 至 800元"),
        ("personality", "150000", "合计 850元 至 1,250元"),
        ("property", "50000", "合计 1,050元"),
        ("enforcement", "50000", "合计 650元"),
    ],
)
def test_the_parts_of_a_fee_are_added_up_before_the_eyes(run: Run, matter: str, amount: str, says: str) -> None:
    assert run("court-fee", matter=matter, amount=amount).figures[0].steps[-1] == says


def test_applications_are_not_halved(run: Run) -> None:
    with pytest.raises(CalculationError, match="不减半"):
        run("court-fee", matter="preservation", amount="1000", half="simple")


@given(st.decimals(0, 10**9, places=2), st.decimals(0, 10**7, places=2))
def test_a_larger_claim_never_costs_less(amount: Decimal, more: Decimal) -> None:
    assert property_fee(amount)[0] <= property_fee(amount + more)[0]


# -- 法释〔2014〕8号 -----------------------------------------------------------------------


def test_doubled_part(run: Run) -> None:
    said = run("delay-interest", principal="100000", due_on="2026-01-01", until="2026-04-11", paused_days="0")
    assert said.figure("加倍部分利息").value == Decimal("1750.00")  # 100 days
    paused = run("delay-interest", principal="100000", due_on="2026-01-01", until="2026-04-11", paused_days="50")
    assert paused.figure("加倍部分利息").value == Decimal("875.00")


def test_general_interest_as_judged_beside_it(run: Run) -> None:
    said = run("delay-interest", principal="100000", due_on="2025-01-01", until="2026-01-01", general_rate="6")
    assert said.figure("一般债务利息").value == Decimal("6000.00")
    assert said.figure("本息合计").value == Decimal("112387.50")


def test_before_the_rule_it_stops(run: Run) -> None:
    with pytest.raises(CalculationError, match="2014"):
        run("delay-interest", principal="1000", due_on="2014-07-31")
    assert run("delay-interest", principal="1000", due_on="2014-08-01").figures


@given(AMOUNTS, st.integers(0, 3000), st.integers(0, 3000))
def test_delay_adds_up_over_days(principal: int, first: int, second: int) -> None:
    def doubled(days: int) -> Decimal:
        until = date.fromordinal(date(2015, 1, 1).toordinal() + days)
        values = {"principal": str(principal), "due_on": "2015-01-01", "until": until.isoformat()}
        return CALCULATORS["delay-interest"].run(values, load_rates(), TODAY).figures[0].value

    assert abs(doubled(first) + doubled(second) - doubled(first + second)) <= Decimal("0.01")
