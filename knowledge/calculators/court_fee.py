"""案件受理费、保全费、执行费、支付令费（诉讼费用交纳办法 13 至 18）。规定有幅度的，给幅度。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from knowledge.calculators.core import (
    CalculationError,
    Calculator,
    Figure,
    Inputs,
    Money,
    Result,
    cents,
    percent,
    plain,
    yuan,
)
from knowledge.calculators.rates import Rates

Bands = tuple[tuple[int | None, str], ...]  # up to this amount (None: above), the share of the part in the band
PROPERTY: Bands = (
    (100_000, "0.025"),
    (200_000, "0.02"),
    (500_000, "0.015"),
    (1_000_000, "0.01"),
    (2_000_000, "0.009"),
    (5_000_000, "0.008"),
    (10_000_000, "0.007"),
    (20_000_000, "0.006"),
    (None, "0.005"),
)
ENFORCEMENT: Bands = ((500_000, "0.015"), (5_000_000, "0.01"), (10_000_000, "0.005"), (None, "0.001"))
PRESERVATION: Bands = ((100_000, "0.01"), (None, "0.005"))
PERSONALITY: Bands = ((100_000, "0.01"), (None, "0.005"))
DIVORCE: Bands = ((None, "0.005"),)
MOST_PRESERVATION = Decimal(5000)
ARTICLES = (
    "诉讼费用交纳办法第十三条",
    "诉讼费用交纳办法第十四条",
    "诉讼费用交纳办法第十五条",
    "诉讼费用交纳办法第十六条",
    "诉讼费用交纳办法第十七条",
    "诉讼费用交纳办法第十八条",
    "诉讼费用交纳办法第二十条",
    "诉讼费用交纳办法第二十九条",
)
Matter = Literal[
    "property", "divorce", "personality", "other", "ip", "labour", "administrative", "ip_administrative",
    "jurisdiction", "preservation", "enforcement", "payment_order",
]  # fmt: skip
FLAT: dict[str, tuple[int, int | None, str]] = {
    "other": (50, 100, "其他非财产案件每件 50 至 100 元"),
    "labour": (10, None, "劳动争议案件每件 10 元"),
    "administrative": (50, None, "其他行政案件每件 50 元"),
    "ip_administrative": (100, None, "商标、专利、海事行政案件每件 100 元"),
    "jurisdiction": (50, 100, "管辖权异议不成立的，每件 50 至 100 元"),
}
APPLICATIONS = ("preservation", "enforcement", "payment_order", "jurisdiction")


class CourtFee(Inputs):
    matter: Annotated[
        Matter,
        Field(
            title="交哪种费",
            description="property 要钱要物的案件，divorce 离婚，personality 名誉肖像等人格权，other 其他非财产，ip 知识产权，"
            "labour 劳动争议，administrative 告政府，ip_administrative 商标专利行政案件，jurisdiction 管辖权异议，"
            "preservation 财产保全，enforcement 申请执行，payment_order 支付令",
        ),
    ]
    amount: Annotated[
        Money | None, Field(title="金额", description="诉讼请求、财产总额、保全或执行的金额，多少元；没有金额不填")
    ] = None
    half: Annotated[
        Literal["no", "simple", "settled", "counterclaim"],
        Field(title="减半", description="no 不减，simple 简易程序，settled 调解或撤诉，counterclaim 反诉合并审理"),
    ] = "no"


def banded(amount: Decimal, least: Decimal, base: Decimal, bands: Bands) -> tuple[Decimal, list[str]]:
    """`base` up to `least`, then each band's share of the part that lies in it; with the arithmetic."""
    fee, floor = base, least
    steps = [f"不超过 {plain(least)}元：{plain(base)}元"]
    for top, share in bands:
        if amount <= floor:
            break
        end = amount if top is None else min(amount, Decimal(top))
        part = (end - floor) * Decimal(share)
        steps.append(
            f"{plain(floor)}元 至 {plain(end)}元：{plain(end - floor)}元 × {percent(Decimal(share))} = {yuan(part)}"
        )
        fee += part
        floor = end
    return fee, steps


def property_fee(amount: Decimal) -> tuple[Decimal, list[str]]:
    return banded(amount, Decimal(10_000), Decimal(50), PROPERTY)


def compute(inputs: CourtFee, rates: Rates, today: date) -> Result:
    low, high, steps = _fee(inputs)
    if inputs.half != "no":
        if inputs.matter in APPLICATIONS:
            raise CalculationError("减半只用于案件受理费，申请费不减半，请把“减半”改为 no", "half")
        low, high = low / 2, high / 2 if high is not None else None
        why = {"simple": "适用简易程序", "settled": "调解结案或撤诉", "counterclaim": "反诉合并审理"}[inputs.half]
        steps.append(f"{why}，减半：{yuan(low)}" + (f" 至 {yuan(high)}" if high is not None else ""))
    figure = Figure(
        label={"preservation": "保全申请费", "enforcement": "执行申请费", "payment_order": "支付令申请费"}.get(
            inputs.matter, "案件受理费"
        ),
        value=cents(low),
        most=cents(high) if high is not None else None,
        steps=tuple(steps),
    )
    return Result(
        headline=f"{figure.label}：{figure.text}。" + _who_pays(inputs.matter),
        figures=(figure,),
        articles=_articles(inputs),
        changes=(
            "上诉的，按对一审不服的那部分金额另外算一次。",
            "适用简易程序、调解、撤诉都减半；这几样碰在一起，这里只减一次。",
            "交不起的，可以向法院申请缓交、减交、免交。",
        ),
        warnings=("规定写的是幅度，广东的具体数我没有核实到，以法院的缴费通知为准。",) if high is not None else (),
    )


def _fee(inputs: CourtFee) -> tuple[Decimal, Decimal | None, list[str]]:
    """Lowest, highest (None: no range), steps."""
    matter, amount = inputs.matter, inputs.amount
    if matter in FLAT:
        least, most, said = FLAT[matter]
        return Decimal(least), Decimal(most) if most else None, [said]
    if matter == "divorce":
        extra, steps = banded(amount or Decimal(0), Decimal(200_000), Decimal(0), DIVORCE)
        return _with_range(extra, 50, 300, ["离婚案件每件 50 至 300 元；财产总额 20 万元以内不另交", *steps[1:]])
    if matter == "personality":
        extra, steps = banded(amount or Decimal(0), Decimal(50_000), Decimal(0), PERSONALITY)
        return _with_range(extra, 100, 500, ["人格权案件每件 100 至 500 元；赔偿 5 万元以内不另交", *steps[1:]])
    if matter == "ip" and amount is None:
        return Decimal(500), Decimal(1000), ["知识产权案件没有争议金额的，每件 500 至 1000 元"]
    if matter == "enforcement" and amount is None:
        return Decimal(50), Decimal(500), ["没有执行金额的，每件 50 至 500 元"]
    if matter == "preservation":
        fee, steps = banded(amount or Decimal(0), Decimal(1000), Decimal(30), PRESERVATION)
        if fee > MOST_PRESERVATION:
            steps.append(f"合计 {yuan(fee)}，最多收 5000 元")
        elif len(steps) > 1:
            steps.append(f"合计 {yuan(fee)}")
        return min(fee, MOST_PRESERVATION), None, steps
    if amount is None:
        raise CalculationError("还差“金额”：要多少钱、东西值多少钱", "amount")
    if matter == "enforcement":
        fee, steps = banded(amount, Decimal(10_000), Decimal(50), ENFORCEMENT)
    else:
        fee, steps = property_fee(amount)
    if len(steps) > 1:
        steps.append(f"合计 {yuan(fee)}")
    if matter == "payment_order":
        steps.append(f"支付令按财产案件的三分之一：{yuan(fee)} ÷ 3 = {yuan(fee / 3)}")
        fee /= 3
    return fee, None, steps


def _with_range(extra: Decimal, least: int, most: int, steps: list[str]) -> tuple[Decimal, Decimal, list[str]]:
    """A fee with a range of its own, and what the amount adds to both ends."""
    if extra:
        steps = [*steps, f"合计 {yuan(extra + least)} 至 {yuan(extra + most)}"]
    return extra + least, extra + most, steps


def _who_pays(matter: str) -> str:
    if matter == "enforcement":
        return "不用先交，执行后由被执行人负担。"
    if matter == "preservation":
        return "申请时先交，起诉时可以列进请求。"
    if matter == "labour":
        return "劳动仲裁不收费。"
    return "起诉的人先交，最后一般由败诉的一方负担。" if matter not in APPLICATIONS else ""


def _articles(inputs: CourtFee) -> tuple[str, ...]:
    own = "第十四条" if inputs.matter in ("preservation", "enforcement", "payment_order") else "第十三条"
    half = {"simple": ["第十六条"], "settled": ["第十五条"], "counterclaim": ["第十八条"]}.get(inputs.half, [])
    names = [own, *(["第十三条"] if inputs.matter == "payment_order" else []), *half, "第二十条", "第二十九条"]
    return tuple(f"诉讼费用交纳办法{name}" for name in names)


CALCULATOR = Calculator("court-fee", "诉讼费、保全费、执行费", CourtFee, compute, ARTICLES)
