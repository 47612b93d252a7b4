"""民间借贷的利息（民间借贷规定 24 至 31；2020年8月20日前成立的借款分段）。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from knowledge.calculators.core import (
    CalculationError,
    Calculator,
    Day,
    Figure,
    Inputs,
    Money,
    Percent,
    RateMissingError,
    Result,
    cents,
    plain,
    yuan,
)
from knowledge.calculators.dates import ONE_DAY, days_between, in_order
from knowledge.calculators.rates import Rates

CAP_BY_LPR_SINCE = date(2020, 8, 20)  # 31: contracts made before this day are split at it
RULES_OF_2015_SINCE = date(2015, 9, 1)
CAP_OF_2015 = Decimal(24)  # 法释〔2015〕18号 26: up to 24 % a year is protected
OVERDUE_OF_2015 = Decimal(6)  # the same rules, 29: nothing agreed
KEPT_OF_2015 = Decimal(36)  # the same rules, 26 and 31: interest paid willingly up to this rate is not given back
TIMES = 4
DAYS_A_YEAR = 365
ARTICLES = (
    "民间借贷规定第二十五条",
    "民间借贷规定第三十一条",
    "民间借贷规定第二十八条",
    "民间借贷规定第二十九条",
    "民间借贷规定第二十六条",
    "民间借贷规定第二十四条",
    "民法典第六百七十六条",
)


class LoanInterest(Inputs):
    principal: Annotated[Money, Field(gt=0, title="借款本金", description="借条上写的本金，多少元")]
    lent_on: Annotated[Day, Field(title="借款日期", description="哪天借的（合同成立、钱交付的那天）")]
    annual_rate: Annotated[
        Percent, Field(title="约定年利率", description="一年百分之几；月息 1 分就是 12；没约定利息填 0")
    ]
    due_on: Annotated[Day | None, Field(title="约定还款日", description="说好哪天还；没说就不填")] = None
    overdue_rate: Annotated[
        Percent | None,
        Field(title="约定逾期年利率", description="逾期后一年百分之几，违约金折成年利率加进来；没约定不填"),
    ] = None
    until: Annotated[Day | None, Field(title="算到哪天", description="还清的日期；没还清不填，算到今天")] = None
    deducted: Annotated[Money, Field(title="预先扣的利息", description="给钱时先扣掉的“砍头息”，多少元")] = Decimal(0)
    paid: Annotated[Money, Field(title="已付利息", description="已经付过的利息，一共多少元")] = Decimal(0)
    filed_on: Annotated[Day | None, Field(title="起诉日期", description="去法院起诉的日期；没起诉不填，按今天")] = None
    lpr_made: Annotated[
        Percent | None, Field(gt=0, title="借款时的LPR", description="借款时公布的一年期LPR，百分数，例如 3.85")
    ] = None
    lpr_filed: Annotated[
        Percent | None, Field(gt=0, title="起诉时的LPR", description="起诉时公布的一年期LPR，百分数，例如 3.0")
    ] = None
    lpr_due: Annotated[
        Percent | None,
        Field(gt=0, title="逾期时的LPR", description="逾期那天公布的一年期LPR，百分数；没约定利率才用得到"),
    ] = None
    old_cap: Annotated[
        Percent | None,
        Field(gt=0, title="当时的利率上限", description="2015年9月1日前借的：当时受保护的年利率上限，百分数"),
    ] = None


@dataclass(frozen=True)
class Cap:
    """The highest protected rate from `since` on, and why."""

    since: date
    rate: Decimal
    why: str


def compute(inputs: LoanInterest, rates: Rates, today: date) -> Result:
    until = inputs.until or today
    in_order(inputs.lent_on, until, "算到的日期早于借款日期，请检查", "until")
    if inputs.due_on:
        in_order(inputs.lent_on, inputs.due_on, "还款日早于借款日期，请检查", "due_on")
    if inputs.deducted >= inputs.principal:
        raise CalculationError("预先扣的利息不能等于或超过本金，请检查", "deducted")
    principal = inputs.principal - inputs.deducted
    caps = _caps(inputs, rates, until, today)
    steps = (
        [f"本金 {yuan(inputs.principal)}，减去预先扣的 {yuan(inputs.deducted)}，按实际借到的 {yuan(principal)} 算"]
        if inputs.deducted
        else []
    )
    total = old = Decimal(0)
    capped, pieces = False, 0
    for start, end, agreed, name in _stretches(inputs, rates, until):
        for first, last, cap in _pieces(start, end, caps):
            rate = min(agreed, cap.rate)
            capped = capped or agreed > cap.rate
            days = days_between(first, last)
            part = principal * rate / 100 * days / DAYS_A_YEAR
            total += part
            pieces += 1
            old += part if cap.since < CAP_BY_LPR_SINCE else 0
            limit = f"约定 {plain(agreed)}% 超过上限，按 {plain(rate)}%" if agreed > cap.rate else f"{plain(rate)}%"
            steps.append(
                f"{name} {first} 至 {last} 共 {days} 天，年利率{limit}（上限 {plain(cap.rate)}%：{cap.why}）："
                f"{plain(principal)}元 × {plain(rate)}% ÷ 365 × {days} = {yuan(part)}"
            )
    if total == 0:
        nothing = "算到的日期就是起算那天，还没有利息" if inputs.annual_rate else "没有约定利息，借款期内不能要利息"
        steps.append(nothing)
    interest = cents(total)
    if pieces > 1:
        steps.append(f"几段合计 {yuan(interest)}")
    left = max(interest - inputs.paid, Decimal(0))
    due = max(principal + interest - inputs.paid, Decimal(0))
    more = inputs.paid - interest
    kept = min(max(more, Decimal(0)), cents(_kept(inputs, principal, until, old)))
    most = min(due + kept, principal) if kept else None
    if inputs.paid:
        steps.append(
            f"已付利息 {yuan(inputs.paid)}，比受保护的多 {yuan(more)}，多的抵本金"
            if more > 0
            else f"减已付利息 {yuan(inputs.paid)}，还有 {yuan(left)}"
        )
    if kept:
        steps.append(
            f"其中 {yuan(kept)} 要是2020年8月19日以前自愿付的、年利率没到 36% 的，按当时的规定要不回来，也不抵本金"
        )
    sum_of = f"{yuan(principal)} + {yuan(interest)}" + (f" - 已付 {yuan(inputs.paid)}" if inputs.paid else "")
    return Result(
        headline=f"到 {until}，受保护的利息{'还有 ' if inputs.paid else ' '}{yuan(left)}，本息合计 {yuan(due)}"
        + (f" 到 {yuan(most)}。" if most is not None else "。"),
        figures=(
            Figure(label="利息", value=left, steps=tuple(steps)),
            Figure(label="本息合计", value=cents(due), most=most, steps=(f"{sum_of} = {yuan(due)}",)),
        ),
        articles=_articles(inputs),
        changes=_changes(inputs),
        warnings=_warnings(inputs, capped),
    )


def _caps(inputs: LoanInterest, rates: Rates, until: date, today: date) -> list[Cap]:
    if inputs.lent_on >= CAP_BY_LPR_SINCE:
        lpr = rates.need("lpr_1y", inputs.lent_on, "lpr_made", inputs.lpr_made)
        return [Cap(inputs.lent_on, TIMES * lpr.value, f"借款时LPR {plain(lpr.value)}% 的四倍")]
    caps = [_old_cap(inputs)]
    if until >= CAP_BY_LPR_SINCE:
        filed = inputs.filed_on or today
        if filed < CAP_BY_LPR_SINCE:
            raise CalculationError("2020年8月20日以前起诉的案件按当时的规定办，这里算不了，请拨 12348", "filed_on")
        lpr = rates.need("lpr_1y", filed, "lpr_filed", inputs.lpr_filed)
        caps.append(Cap(CAP_BY_LPR_SINCE, TIMES * lpr.value, f"起诉时（{filed}）LPR {plain(lpr.value)}% 的四倍"))
    return caps


def _kept(inputs: LoanInterest, principal: Decimal, until: date, protected: Decimal) -> Decimal:
    """What may have been paid beyond the protected interest by 2020-08-19 and is not given back. When it was paid is not
    known, so this is the most."""
    last = min(until, CAP_BY_LPR_SINCE - ONE_DAY)
    if not RULES_OF_2015_SINCE <= inputs.lent_on < last:
        return Decimal(0)
    days = days_between(inputs.lent_on, last)
    return max(principal * KEPT_OF_2015 / 100 * days / DAYS_A_YEAR - protected, Decimal(0))


def _old_cap(inputs: LoanInterest) -> Cap:
    if inputs.old_cap is not None:
        return Cap(inputs.lent_on, inputs.old_cap, "当时的上限，您填的")
    if inputs.lent_on < RULES_OF_2015_SINCE:
        raise RateMissingError(
            "2015年9月1日以前借的，到2020年8月19日为止要按更早的规定，那时的上限我没有核实到。请拨 12348 问清，填百分数。",
            "old_cap",
        )
    return Cap(inputs.lent_on, CAP_OF_2015, "2015年规定的年利率 24%")


def _stretches(inputs: LoanInterest, rates: Rates, until: date) -> list[tuple[date, date, Decimal, str]]:
    """From, to, agreed rate: within the term, then overdue."""
    due = inputs.due_on
    if due is None or due >= until:
        return [(inputs.lent_on, until, inputs.annual_rate, "借期内")] if inputs.annual_rate else []
    within = (
        [(inputs.lent_on, due, inputs.annual_rate, "借期内")] if inputs.annual_rate and due > inputs.lent_on else []
    )
    overdue = (
        inputs.overdue_rate or inputs.annual_rate
    )  # 28 (2): none agreed for the delay, the one of the term goes on
    if overdue:
        return [*within, (due, until, overdue, "逾期")]
    return _overdue_without_agreement(inputs, rates, due, until)


def _overdue_without_agreement(
    inputs: LoanInterest, rates: Rates, due: date, until: date
) -> list[tuple[date, date, Decimal, str]]:
    """28 (1): neither rate agreed, the one-year LPR of the time, which is the first day of the delay; until 2020-08-19
    the 6 % of the rules of 2015 (29)."""
    cut = CAP_BY_LPR_SINCE - ONE_DAY
    if until <= cut:
        return [(due, until, OVERDUE_OF_2015, "逾期（没约定利率）")]
    start = max(due + ONE_DAY, CAP_BY_LPR_SINCE)
    lpr = rates.need("lpr_1y", start, "lpr_due", inputs.lpr_due)
    name = f"逾期（没约定利率，参照 {start} 的LPR）"
    if due >= cut:
        return [(due, until, lpr.value, name)]
    return [(due, cut, OVERDUE_OF_2015, "逾期（没约定利率）"), (cut, until, lpr.value, name)]


def _pieces(start: date, end: date, caps: list[Cap]) -> list[tuple[date, date, Cap]]:
    """The stretch cut where the cap changes. The old cap holds through the day before the new one."""
    if len(caps) == 1 or end < caps[1].since:
        return [(start, end, caps[0])]
    cut = caps[1].since - ONE_DAY
    if start >= cut:
        return [(start, end, caps[1])]
    return [(start, cut, caps[0]), (cut, end, caps[1])]


def _articles(inputs: LoanInterest) -> tuple[str, ...]:
    chosen = ["民间借贷规定第二十五条"]
    if inputs.lent_on < CAP_BY_LPR_SINCE:
        chosen.append("民间借贷规定第三十一条")
    if inputs.due_on:
        chosen.append("民间借贷规定第二十八条")
    if inputs.deducted:
        chosen.append("民间借贷规定第二十六条")
    if not inputs.annual_rate:
        chosen.append("民间借贷规定第二十四条")
    return (*chosen, "民间借贷规定第二十九条", "民法典第六百七十六条")[:5]


def _changes(inputs: LoanInterest) -> tuple[str, ...]:
    lines = ["中间还过钱的，要按每次还款的日期分开算；这里把已付利息一次减掉，结果会有出入。"]
    if inputs.lent_on < CAP_BY_LPR_SINCE:
        if not inputs.filed_on:
            lines.append("没说哪天起诉，2020年8月20日以后的一段先按今天起诉算；起诉那天的LPR不同，上限就变。")
        lines.append("这里假定出借人请求2020年8月19日以前按当时的规定算；没有这样请求的，前后都按新的上限。")
    lines.append("逾期利息、违约金、其他费用加在一起，也不能超过同一个上限。")
    lines.append("借条是把以前的利息写进本金重打的，以前的利率超过上限的那部分利息不算本金，结果会变。")
    return tuple(lines)


def _warnings(inputs: LoanInterest, capped: bool) -> tuple[str, ...]:
    lines = [
        "一年按 365 天、单利算，借款当天不算在内（民法典第二百零一条）。银行、小额贷款公司等放的款不适用这个算法。"
    ]
    if capped:
        lines.append("超过上限的部分，法院不支持。")
    return tuple(lines)


CALCULATOR = Calculator("loan-interest", "民间借贷利息", LoanInterest, compute, ARTICLES, ("lpr_1y",))
