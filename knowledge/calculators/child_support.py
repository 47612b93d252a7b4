"""抚养费的一般幅度（民法典 1085；婚姻家庭编解释一 42、49、53）。"""

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
    Result,
    cents,
    plain,
    yuan,
)
from knowledge.calculators.dates import add_years, full_months
from knowledge.calculators.rates import Rates

LEAST, USUAL, MOST = Decimal("0.2"), Decimal("0.3"), Decimal("0.5")
ADULT = 18
ARTICLES = (
    "民法典第一千零八十五条",
    "民法典婚姻家庭编解释一第四十九条",
    "民法典婚姻家庭编解释一第四十二条",
    "民法典婚姻家庭编解释一第五十三条",
    "民法典婚姻家庭编解释一第五十八条",
)


class ChildSupport(Inputs):
    monthly_income: Annotated[
        Money,
        Field(gt=0, title="付抚养费一方的月总收入", description="每月总收入多少元；没固定收入填一年总收入除以 12"),
    ]
    children: Annotated[
        int, Field(ge=1, le=20, title="要负担几个孩子", description="这一方一共要负担抚养费的孩子数")
    ] = 1
    born_on: Annotated[Day | None, Field(title="孩子出生日期", description="想知道付到哪天就填；几个孩子填最小的")] = (
        None
    )


def compute(inputs: ChildSupport, rates: Rates, today: date) -> Result:
    income = inputs.monthly_income
    high_share = USUAL if inputs.children == 1 else MOST
    low, high = income * LEAST, income * high_share
    said = (
        f"一个孩子，一般按月总收入的 20% 到 30%：{plain(income)}元 × 20% = {yuan(low)}；× 30% = {yuan(high)}"
        if inputs.children == 1
        else f"{inputs.children} 个孩子，比例可以适当提高，合计一般不超过 50%：{plain(income)}元 × 20% = {yuan(low)}；× 50% = {yuan(high)}"
    )
    figures = [Figure(label="每月抚养费", value=cents(low), most=cents(high), unit="元/月", steps=(said,))]
    until = ""
    if inputs.born_on:
        if inputs.born_on > today:
            raise CalculationError("孩子出生日期在今天之后，请检查", "born_on")
        grown = add_years(inputs.born_on, ADULT)
        months = max(full_months(today, grown), 0) if grown > today else 0
        figures.append(
            Figure(
                label="还要付的整月数",
                value=Decimal(months),
                unit="个月",
                steps=(f"{inputs.born_on} 出生，{grown} 满十八周岁",),
            )
        )
        until = f"一般付到 {grown}。"
    return Result(
        headline=f"一般每月 {yuan(low)} 到 {yuan(high)}，"
        + ("几个孩子加在一起。" if inputs.children > 1 else "具体数由双方商量或法院定。")
        + until,
        figures=tuple(figures),
        articles=ARTICLES,
        changes=(
            "先看孩子实际需要、父母双方的能力、当地生活水平；有特殊情况可以高于或低于这个幅度。",
            "双方商量好的数优先；谈不成才由法院判。",
            "孩子生病、上学，原来的数不够，可以再要求增加。",
        ),
    )


CALCULATOR = Calculator("child-support", "抚养费", ChildSupport, compute, ARTICLES)
