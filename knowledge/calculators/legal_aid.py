"""法律援助的经济困难核对（法律援助法 31、32、34、41、42）。深圳的收入数由工作人员核实填进 rates.yml 后才算。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from knowledge.calculators.core import CalculationError, Calculator, Figure, Inputs, Money, Result, cents, plain, yuan
from knowledge.calculators.rates import Rates

HARDSHIP, EMERGENCY = Decimal("0.5"), Decimal(1)  # 粤府令268号 3: below these shares of the urban figure
ARTICLES = (
    "法律援助法第四十二条",
    "法律援助法第三十二条",
    "法律援助法第三十一条",
    "法律援助法第三十四条",
    "法律援助法第四十一条",
)
EXEMPT = {
    "wages_injury": ("讨要劳动报酬、工伤赔偿的进城务工人员", "法律援助法第四十二条"),
    "assistance": ("社会救助、司法救助、优抚对象", "法律援助法第四十二条"),
    "vulnerable": ("没有固定生活来源的未成年人、老年人、残疾人等", "法律援助法第四十二条"),
    "violence": ("受虐待、遗弃、家庭暴力，主张权益", "法律援助法第三十二条"),
    "bravery": ("见义勇为主张权益", "法律援助法第三十二条"),
}


class LegalAid(Inputs):
    exempt: Annotated[
        Literal["none", "wages_injury", "assistance", "vulnerable", "violence", "bravery"],
        Field(
            title="有没有这些情况",
            description="wages_injury 农民工讨薪或工伤，assistance 低保等救助或优抚对象，vulnerable 无固定来源的老人孩子残疾人，"
            "violence 受虐待家暴遗弃，bravery 见义勇为，none 都没有",
        ),
    ]
    household_income: Annotated[
        Money | None, Field(title="全家六个月收入", description="最近六个月全家可支配收入合计，多少元")
    ] = None
    members: Annotated[int, Field(ge=1, le=30, title="家里几口人", description="共同生活的家庭成员人数")] = 1
    emergency: Annotated[bool, Field(title="有没有突发变故", description="重病、灾害等突发变故造成困难的填是")] = False


def compute(inputs: LegalAid, rates: Rates, today: date) -> Result:
    if inputs.exempt != "none":
        who, article = EXEMPT[inputs.exempt]
        free = "不查经济困难" if article.endswith("四十二条") else "不受经济困难条件限制"
        return Result(
            headline=f"{who}，有材料证明的，申请法律援助{free}。",
            articles=(article, "法律援助法第三十一条"),
            changes=("要拿得出证明材料；是不是属于能援助的事项，由法律援助机构审查。",),
        )
    if inputs.household_income is None:
        raise CalculationError("还差“全家六个月收入”：最近六个月全家可支配收入合计", "household_income")
    figure = rates.need("urban_disposable_income", today, "urban_disposable_income")
    share = EMERGENCY if inputs.emergency else HARDSHIP
    line = figure.value * share
    each = inputs.household_income / 6 / inputs.members
    below = each < line
    return Result(
        headline=f"人均每月 {yuan(each)}，{'低于' if below else '不低于'}标准线 {yuan(line)}，"
        + ("可以去申请，由法律援助机构审查。" if below else "从收入看不够条件，可以再问 12348。"),
        figures=(
            Figure(
                label="人均月收入",
                value=cents(each),
                unit="元/月",
                steps=(f"{plain(inputs.household_income)}元 ÷ 6 个月 ÷ {inputs.members} 人 = {yuan(each)}",),
            ),
            Figure(
                label="标准线",
                value=cents(line),
                unit="元/月",
                steps=(f"{yuan(figure.value)} × {plain(share * 100)}% = {yuan(line)}（{figure.origin}）",),
            ),
        ),
        articles=("法律援助法第三十四条", "法律援助法第四十一条", "法律援助法第三十一条"),
        changes=("家里有高价值财产的，收入低也可能不算困难。", "农民工讨薪、工伤，低保对象，家暴受害人等，不看收入。"),
        warnings=("标准的百分比出自粤府令268号，读到的是转载，请以法律援助机构的核定为准。",),
    )


CALCULATOR = Calculator("legal-aid", "法律援助经济困难核对", LegalAid, compute, ARTICLES, ("urban_disposable_income",))
