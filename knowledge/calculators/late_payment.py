"""机关、事业单位、大型企业拖欠中小企业款项的逾期利息（保障中小企业款项支付条例 3、9、10、17）。"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

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

RULE_SINCE = date(2020, 9, 1)  # the first version; the rule on late interest (15, now 17) is the same
REVISED = date(2025, 6, 1)
DAILY = Decimal("0.0005")
PUBLIC_DAYS, PUBLIC_MOST, LARGE_DAYS = 30, 60, 60
ARTICLES = (
    "保障中小企业款项支付条例第十七条",
    "保障中小企业款项支付条例第九条",
    "保障中小企业款项支付条例第十条",
    "保障中小企业款项支付条例第三条",
    "买卖合同解释第十八条",
)


class LatePayment(Inputs):
    unpaid: Annotated[Money, Field(gt=0, title="欠款", description="没付的货款、工程款、服务费，多少元")]
    payer: Annotated[
        Literal["public", "large", "small"],
        Field(title="欠钱的是谁", description="public 机关或事业单位，large 大型企业，small 中小企业或个人"),
    ]
    delivered_on: Annotated[
        Day, Field(title="交付或验收日期", description="货物、工程、服务交付的日期；约定验收合格才付的填验收合格那天")
    ]
    agreed_days: Annotated[
        int | None, Field(ge=0, le=3650, title="约定的付款天数", description="合同写交付后几天内付款；没写不填")
    ] = None
    agreed_rate: Annotated[Percent | None, Field(title="约定的逾期年利率", description="一年百分之几；没约定不填")] = (
        None
    )
    signed_on: Annotated[Day | None, Field(title="签合同日期", description="约定了逾期利率才要填")] = None
    until: Annotated[Day | None, Field(title="算到哪天", description="付清的日期；没付清不填，算到今天")] = None
    lpr_signed: Annotated[
        Percent | None, Field(gt=0, title="签合同时的LPR", description="签合同时公布的一年期LPR，百分数，例如 3.0")
    ] = None


def compute(inputs: LatePayment, rates: Rates, today: date) -> Result:
    until = inputs.until or today
    if inputs.payer == "small":
        return Result(
            headline="欠钱的是中小企业或个人，不适用这个条例；逾期损失按合同约定，没约定的按LPR加计算。",
            articles=("保障中小企业款项支付条例第三条", "买卖合同解释第十八条"),
            changes=("要算数的，说“帮我算逾期货款”，用“定金、违约金、逾期货款”那个。",),
        )
    allowed, how = _allowed(inputs)
    due = inputs.delivered_on + timedelta(days=allowed)
    in_order(inputs.delivered_on, until, "算到的日期早于交付日期，请检查", "until")
    if due < RULE_SINCE:
        raise CalculationError("2020年9月1日以前就到期的款项，那时还没有这个条例，请拨 12348 问清", "delivered_on")
    days = max(days_between(due, until), 0)
    term = f"{inputs.delivered_on} 起 {allowed} 天内应付（{how}），最后一天 {due}"
    if days == 0:
        return Result(
            headline=f"付款期限到 {due}，到 {until} 还没有逾期。",
            figures=(Figure(label="逾期利息", value=Decimal(0), steps=(term,)),),
            articles=ARTICLES[1:3],
            changes=("验收被对方拖着的，从约定的验收期限届满那天起算付款期限。",),
        )
    rate, said = _daily(inputs, rates)
    value = inputs.unpaid * rate * days
    return Result(
        headline=f"逾期 {days} 天，逾期利息 {yuan(value)}，连本带息 {yuan(inputs.unpaid + value)}。",
        figures=(
            Figure(
                label="逾期利息",
                value=cents(value),
                steps=(term, f"{due} 的次日到 {until} 共 {days} 天", said.format(days=days, value=yuan(value))),
            ),
        ),
        articles=ARTICLES[:4],
        changes=(
            "您的企业在签合同时要是中小企业，对方是机关、事业单位或大型企业。",
            "约定按进度或定期结算的，从双方确认结算金额那天起算。",
            "大型企业拿“等第三方付款再付”当理由，条例不允许。"
            if inputs.payer == "large"
            else "机关、事业单位约定的期限最长 60 天。",
        ),
        warnings=("付款期限用的是2025年6月1日修订后的条例；更早签的合同，付款期限可能要看当时的规定。",)
        if due < REVISED
        else (),
    )


def _allowed(inputs: LatePayment) -> tuple[int, str]:
    usual = PUBLIC_DAYS if inputs.payer == "public" else LARGE_DAYS
    if inputs.agreed_days is None and inputs.payer == "large" and inputs.delivered_on < REVISED:
        raise CalculationError(
            "2025年6月1日以前交付的，那时没有大型企业 60 天付款的规定，请填合同约定（或按行业习惯）的付款天数",
            "agreed_days",
        )
    if inputs.agreed_days is None:
        return usual, f"没约定，按 {usual} 天"
    if inputs.payer == "public" and inputs.agreed_days > PUBLIC_MOST:
        return PUBLIC_MOST, f"约定 {inputs.agreed_days} 天，超过上限，按 {PUBLIC_MOST} 天"
    return inputs.agreed_days, "按约定"


def _daily(inputs: LatePayment, rates: Rates) -> tuple[Decimal, str]:
    """The daily rate and its arithmetic, with {days} and {value} left open."""
    if inputs.agreed_rate is None:
        return DAILY, f"没约定利率，每日万分之五：{plain(inputs.unpaid)}元 × 0.05% × {{days}} = {{value}}"
    if inputs.signed_on is None:
        raise CalculationError("约定了逾期利率，还要知道哪天签的合同", "signed_on")
    lpr = rates.need("lpr_1y", inputs.signed_on, "lpr_signed", inputs.lpr_signed)
    rate = max(inputs.agreed_rate, lpr.value)
    why = f"约定 {plain(inputs.agreed_rate)}%，不得低于签合同时的LPR {plain(lpr.value)}%，按 {plain(rate)}%"
    return rate / 100 / 365, f"{why}：{plain(inputs.unpaid)}元 × {plain(rate)}% ÷ 365 × {{days}} = {{value}}"


CALCULATOR = Calculator("late-payment", "中小企业逾期利息", LatePayment, compute, ARTICLES, ("lpr_1y",))
