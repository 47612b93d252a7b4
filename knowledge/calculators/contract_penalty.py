"""违约：定金（民法典 586 至 588）、违约金高低（585）、逾期付款损失（买卖合同解释 18）。"""

from __future__ import annotations

from datetime import date
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
    RateMissingError,
    Result,
    cents,
    percent,
    plain,
    yuan,
)
from knowledge.calculators.dates import ONE_DAY, days_between, in_order
from knowledge.calculators.rates import Rates

DEPOSIT_SHARE = Decimal("0.2")  # 民法典 586
TOO_HIGH = Decimal("1.3")  # 合同编通则解释 65: above this the penalty is generally taken as excessive
LPR_SINCE = date(2019, 8, 20)
LEAST_UPLIFT, MOST_UPLIFT = Decimal("1.3"), Decimal("1.5")
ARTICLES = (
    "民法典第五百八十五条",
    "民法典第五百八十六条",
    "民法典第五百八十七条",
    "民法典第五百八十八条",
    "民法典第五百八十四条",
    "合同编通则解释第六十四条",
    "合同编通则解释第六十五条",
    "合同编通则解释第六十七条",
    "合同编通则解释第六十八条",
    "买卖合同解释第十八条",
)


class ContractPenalty(Inputs):
    matter: Annotated[
        Literal["deposit", "penalty", "late"],
        Field(title="算哪一样", description="deposit 定金，penalty 约定的违约金高不高，late 拖欠货款的损失"),
    ]
    contract_amount: Annotated[
        Money | None, Field(gt=0, title="合同总价", description="合同一共多少元（算定金用）")
    ] = None
    deposit: Annotated[Money | None, Field(gt=0, title="定金", description="实际交了多少定金，多少元")] = None
    breach_by: Annotated[
        Literal["receiver", "payer"] | None,
        Field(title="谁违约", description="receiver 收定金的一方，payer 交定金的一方"),
    ] = None
    unfulfilled: Annotated[
        Percent, Field(gt=0, le=100, title="没履行的比例", description="没履行的部分占百分之几；全没履行填 100")
    ] = Decimal(100)
    penalty: Annotated[Money | None, Field(gt=0, title="约定的违约金", description="按合同算出来的违约金，多少元")] = (
        None
    )
    loss: Annotated[Money | None, Field(title="实际损失", description="违约造成的损失，含能证明的可得利益，多少元")] = (
        None
    )
    unpaid: Annotated[Money | None, Field(gt=0, title="欠款", description="没付的货款，多少元")] = None
    due_on: Annotated[Day | None, Field(title="应付款日", description="约定哪天付款")] = None
    until: Annotated[Day | None, Field(title="算到哪天", description="付清的日期；没付清不填，算到今天")] = None
    lpr_due: Annotated[
        Percent | None,
        Field(gt=0, title="违约时的LPR", description="应付款日第二天（开始逾期那天）的一年期LPR，百分数，例如 3.0"),
    ] = None


def compute(inputs: ContractPenalty, rates: Rates, today: date) -> Result:
    if inputs.matter == "deposit":
        return _deposit(inputs)
    return _penalty(inputs) if inputs.matter == "penalty" else _late(inputs, rates, today)


def _given(value: Decimal | None, name: str, field: str) -> Decimal:
    if value is None:
        raise CalculationError(f"还差“{name}”", field)
    return value


def _deposit(inputs: ContractPenalty) -> Result:
    total = _given(inputs.contract_amount, "合同总价", "contract_amount")
    paid = _given(inputs.deposit, "定金", "deposit")
    if inputs.breach_by is None:
        raise CalculationError("还差“谁违约”：收定金的一方，还是交定金的一方", "breach_by")
    valid = min(paid, total * DEPOSIT_SHARE)
    excess = paid - valid
    share = inputs.unfulfilled / 100
    punished = valid * share
    steps = [f"定金最多是总价的 20%：{plain(total)}元 × 20% = {yuan(total * DEPOSIT_SHARE)}"]
    if excess:
        steps.append(f"实际交了 {yuan(paid)}，其中 {yuan(excess)} 不算定金，只当预付款，应当退还或抵价款")
    if share < 1:
        steps.append(
            f"只有 {percent(share)} 没履行：适用定金罚则的是 {yuan(valid)} × {percent(share)} = {yuan(punished)}"
        )
    if inputs.breach_by == "receiver":
        value = valid + punished + excess
        steps.append(f"收定金的一方违约：退回 {yuan(paid)}，再加一倍 {yuan(punished)} = {yuan(value)}")
        label, headline = "应返还", f"收定金的一方应返还 {yuan(value)}（含原来交的 {yuan(paid)}）。"
    else:
        value = paid - punished
        steps.append(
            f"交定金的一方违约：{yuan(punished)} 要不回来，能要回 {yuan(paid)} - {yuan(punished)} = {yuan(value)}"
        )
        label, headline = "能要回", f"交定金的一方违约，{yuan(punished)} 要不回来，能要回 {yuan(value)}。"
    return Result(
        headline=headline,
        figures=(Figure(label=label, value=cents(value), steps=tuple(steps)),),
        articles=(
            "民法典第五百八十六条",
            "民法典第五百八十七条",
            "民法典第五百八十八条",
            "合同编通则解释第六十七条",
            "合同编通则解释第六十八条",
        ),
        changes=(
            "写的是“订金、押金、保证金”而没写明定金性质的，不能双倍要。",
            "违约要严重到合同目的落空才适用；双方都这样违约，或者不可抗力，不适用。",
            "又约定了违约金的，违约金和定金只能选一样；定金不够补损失的，可以再要超过的部分。",
        ),
    )


def _penalty(inputs: ContractPenalty) -> Result:
    penalty = _given(inputs.penalty, "约定的违约金", "penalty")
    loss = _given(inputs.loss, "实际损失", "loss")
    line = loss * TOO_HIGH
    steps = [f"损失的 130%：{plain(loss)}元 × 130% = {yuan(line)}；约定的违约金 {yuan(penalty)}"]
    if penalty < loss:
        headline = f"违约金比损失少 {yuan(loss - penalty)}，可以请求增加。"
        value, most = penalty, loss
        steps.append("低于损失，守约方可以请求增加，增加后一般不超过损失")
    elif penalty > line:
        headline = f"违约金超过损失的 130%，违约方可以请求减少；减不减、减多少由法院定，约在 {yuan(loss)} 到 {yuan(penalty)} 之间。"
        value, most = loss, penalty
        steps.append(f"超过 {yuan(line)} 的，一般可以认定过高；恶意违约的一般不减")
    else:
        headline = f"违约金 {yuan(penalty)} 没有超过损失的 130%，一般不算过高。"
        value, most = penalty, None
        steps.append("在损失到损失的 130% 之间")
    return Result(
        headline=headline,
        figures=(
            Figure(
                label="违约金", value=cents(value), most=cents(most) if most is not None else None, steps=tuple(steps)
            ),
        ),
        articles=(
            "民法典第五百八十五条",
            "民法典第五百八十四条",
            "合同编通则解释第六十四条",
            "合同编通则解释第六十五条",
        ),
        changes=(
            "说违约金过高，由违约方拿证据；守约方也要拿损失的证据。",
            "合同写“违约金不得调整”也没用，法院仍可以调。",
            "要当事人自己提出来，法院才调整。",
        ),
    )


def _late(inputs: ContractPenalty, rates: Rates, today: date) -> Result:
    unpaid = _given(inputs.unpaid, "欠款", "unpaid")
    if inputs.due_on is None:
        raise CalculationError("还差“应付款日”：约定哪天付款", "due_on")
    until = inputs.until or today
    in_order(inputs.due_on, until, "算到的日期早于应付款日，请检查", "until")
    broken = inputs.due_on + ONE_DAY  # the whole of the last day may be used to pay
    if broken < LPR_SINCE and inputs.lpr_due is None:
        raise RateMissingError(
            "2019年8月19日以前就违约的，按当时的贷款基准利率加罚息算，那个利率我没有核实到。请查清后填年利率百分数。",
            "lpr_due",
        )
    lpr = rates.need("lpr_1y", broken, "lpr_due", inputs.lpr_due)
    days = days_between(inputs.due_on, until)
    base = unpaid * lpr.value / 100 * days / 365
    written = f"{plain(unpaid)}元 × {plain(lpr.value)}% ÷ 365 × {days}"
    low, high = base * LEAST_UPLIFT, base * MOST_UPLIFT
    return Result(
        headline=f"合同没约定违约金的，逾期付款损失大约 {yuan(low)} 到 {yuan(high)}。",
        figures=(
            Figure(
                label="逾期付款损失",
                value=cents(low),
                most=cents(high),
                steps=(
                    f"{inputs.due_on} 的次日到 {until} 共 {days} 天，LPR {plain(lpr.value)}%（{lpr.origin}）",
                    f"{written} = {yuan(base)}",
                    f"加计 30%：{written} × 130% = {yuan(low)}；加计 50%：× 150% = {yuan(high)}",
                ),
            ),
        ),
        articles=("买卖合同解释第十八条", "民法典第五百八十四条"),
        changes=(
            "合同约定了逾期违约金或利率的，先按合同；过高过低可以请求调整。",
            "加计多少由法院在 30% 到 50% 之间定。这是买卖合同的规定，别的合同参照时会有出入。",
            "对方是机关、事业单位、大型企业，您是中小企业的，用“中小企业逾期利息”那个算。",
        ),
    )


CALCULATOR = Calculator("contract-penalty", "定金、违约金、逾期货款", ContractPenalty, compute, ARTICLES, ("lpr_1y",))
