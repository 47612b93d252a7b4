"""不按判决付钱的加倍利息（民事诉讼法 264；法释〔2014〕8号 1 至 4）。"""

from __future__ import annotations

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
    Result,
    cents,
    plain,
    yuan,
)
from knowledge.calculators.dates import days_between, in_order
from knowledge.calculators.rates import Rates

DAILY = Decimal("0.000175")
RULE_SINCE = date(2014, 8, 1)
ARTICLES = (
    "民事诉讼法第二百六十四条",
    "迟延履行利息解释第一条",
    "迟延履行利息解释第二条",
    "迟延履行利息解释第三条",
    "迟延履行利息解释第四条",
    "民事诉讼法第二百五十条",
)


class DelayInterest(Inputs):
    principal: Annotated[
        Money, Field(gt=0, title="没付的判决金额", description="判决确定要付、还没付的钱，不含判决里的一般利息，多少元")
    ]
    due_on: Annotated[Day, Field(title="履行期届满日", description="判决书要求最晚哪天付；没写的填判决生效那天")]
    until: Annotated[Day | None, Field(title="算到哪天", description="付清或被法院划扣那天；没付清不填，算到今天")] = (
        None
    )
    paused_days: Annotated[
        int, Field(ge=0, le=20_000, title="不计算的天数", description="不是对方申请造成的中止、暂缓执行，一共几天")
    ] = 0
    general_rate: Annotated[
        Percent | None, Field(title="判决里的年利率", description="判决同时判了继续付利息的，填年利率百分数；没判不填")
    ] = None
    general_base: Annotated[
        Money | None, Field(gt=0, title="一般利息的本金", description="判决里计算利息的本金；不填按没付的判决金额")
    ] = None


def compute(inputs: DelayInterest, rates: Rates, today: date) -> Result:
    until = inputs.until or today
    in_order(inputs.due_on, until, "算到的日期早于履行期届满日，还没有迟延，请检查", "until")
    if inputs.due_on < RULE_SINCE:
        raise CalculationError(
            "2014年8月1日以前的那段按更早的规定算，这里算不了；请把履行期届满日填成 2014-08-01 只算之后的，之前的拨 12368 问。",
            "due_on",
        )
    elapsed = days_between(inputs.due_on, until)
    if inputs.paused_days > elapsed:
        raise CalculationError(f"不计算的天数比一共的 {elapsed} 天还多，请检查", "paused_days")
    days = elapsed - inputs.paused_days
    doubled = inputs.principal * DAILY * days
    paused = f"，减去不计算的 {inputs.paused_days} 天" if inputs.paused_days else ""
    figures = [
        Figure(
            label="加倍部分利息",
            value=cents(doubled),
            steps=(
                f"{inputs.due_on} 届满，到 {until} 共 {elapsed} 天{paused}，算 {days} 天",
                f"{plain(inputs.principal)}元 × 日万分之一点七五 × {days} = {yuan(doubled)}",
            ),
        )
    ]
    if inputs.general_rate is not None:
        base = inputs.general_base or inputs.principal
        general = base * inputs.general_rate / 100 * elapsed / 365
        figures.append(
            Figure(
                label="一般债务利息",
                value=cents(general),
                steps=(f"按判决：{plain(base)}元 × {plain(inputs.general_rate)}% ÷ 365 × {elapsed} = {yuan(general)}",),
            )
        )
    total = sum((figure.value for figure in figures), Decimal(0))
    figures.append(
        Figure(
            label="本息合计",
            value=cents(inputs.principal + total),
            steps=(f"{yuan(inputs.principal)} + 利息 {yuan(total)} = {yuan(inputs.principal + total)}",),
        )
    )
    return Result(
        headline=f"迟延 {days} 天，利息 {yuan(total)}，连本带息 {yuan(inputs.principal + total)}。",
        figures=tuple(figures),
        articles=ARTICLES[:5],
        changes=(
            "中间付过一部分的，要按每次付款的日期分段算。",
            "判决没判继续付利息的，就只有加倍部分。",
            "对方的钱不够还全部时，先还判决的钱，再还加倍利息。",
        ),
        warnings=("申请执行要在两年内，从履行期最后一天起算。",),
    )


CALCULATOR = Calculator("delay-interest", "迟延履行利息", DelayInterest, compute, ARTICLES)
