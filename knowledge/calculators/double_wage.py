"""没签书面劳动合同的双倍工资（劳动合同法 14、82；实施条例 6、7；法释〔2025〕12号 6、7）。"""

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
    Quantity,
    Result,
    cents,
    plain,
    yuan,
)
from knowledge.calculators.dates import ONE_DAY, add_months, add_years, full_months, weekdays_between
from knowledge.calculators.rates import Rates

BY_DAY_SINCE = date(2025, 9, 1)  # 法释〔2025〕12号 in force: a part of a month by the days really worked in it
ARTICLES = (
    "劳动合同法第八十二条",
    "劳动合同法第十四条",
    "劳动合同法实施条例第六条",
    "劳动合同法实施条例第七条",
    "劳动争议解释二第六条",
    "劳动争议解释二第七条",
    "劳动争议调解仲裁法第二十七条",
)


class DoubleWage(Inputs):
    started: Annotated[
        Day, Field(title="入职日期", description="哪天开始上班；matter 为 open_ended 时填应当签无固定期限合同的那天")
    ]
    until: Annotated[
        Day | None,
        Field(title="没有合同到哪天", description="补签合同的前一天，或离职那天；还没签、还在做就不填，算到今天"),
    ] = None
    monthly_wage: Annotated[Money, Field(gt=0, title="月工资", description="每月应得多少元")]
    worked_days: Annotated[
        Quantity | None,
        Field(le=31, title="零头实际工作天数", description="不满一个月那段实际上了几天班；不填按星期一至五估"),
    ] = None
    month_pay_days: Annotated[
        Quantity | None, Field(gt=0, le=31, title="月计薪天数", description="折算日工资用，一般 21.75")
    ] = None
    matter: Annotated[
        Literal["none", "open_ended"],
        Field(title="哪种情况", description="none 没签书面合同，open_ended 该签无固定期限合同而没签"),
    ] = "none"


def compute(inputs: DoubleWage, rates: Rates, today: date) -> Result:
    last = inputs.until or today
    if last < inputs.started:
        raise CalculationError("没有合同到哪天，早于入职日期，请检查", "until")
    free, final = 0, last
    if inputs.matter == "none":
        free = 1  # the month in which the contract may still be made
        final = min(last, add_years(inputs.started, 1) - ONE_DAY)
    first = add_months(inputs.started, free)
    if final < first:
        return Result(
            headline="入职还没超过一个月，公司有一个月的宽限，这段没有双倍工资。",
            figures=(Figure(label="双倍工资差额", value=Decimal(0), steps=(f"从 {first} 起没签才开始算",)),),
            articles=("劳动合同法第八十二条", "劳动合同法实施条例第六条"),
            changes=(f"过了 {first} 还没签书面合同，就可以开始算。",),
        )
    # Months are counted from the day work began: from the 31st on they end with the month, and eleven stay eleven.
    months = full_months(inputs.started, final + ONE_DAY) - free
    rest_from = add_months(inputs.started, free + months)
    steps = [f"从 {first} 算到 {final}：整月 {months} 个"]
    value = inputs.monthly_wage * months
    if months:
        steps.append(f"{plain(inputs.monthly_wage)}元 × {months} 个月 = {yuan(value)}")
    warnings = []
    if rest_from <= final:
        pay_days = rates.need("month_pay_days", final, "month_pay_days", inputs.month_pay_days)
        days = inputs.worked_days
        if days is None:
            days = Decimal(weekdays_between(rest_from, final))
            warnings.append("零头那几天按星期一至五估的，实际上班天数不同的，以实际为准。")
        # Twenty-two working days of an unfinished month would otherwise come to more than the month itself.
        part = min(inputs.monthly_wage / pay_days.value * days, inputs.monthly_wage)
        steps.append(
            f"零头 {rest_from} 至 {final} 实际工作 {plain(days)} 天：{plain(inputs.monthly_wage)}元 ÷ "
            f"{plain(pay_days.value)} × {plain(days)}{'，不超过一个月工资' if days > pay_days.value else ''} = {yuan(part)}"
            f"（月计薪天数：{pay_days.origin}）"
        )
        value += part
        if rest_from < BY_DAY_SINCE:
            warnings.append("零头“按实际工作日算”写在2025年9月1日起施行的解释里；在那之前的一段，各地算法可能不同。")
    warnings.append("双倍工资要在仲裁时效一年内提出，越早的月份越先过期，尽快申请。")
    return Result(
        headline=f"另一倍工资约 {yuan(value)}（正常发的那一倍不在里面）。",
        figures=(Figure(label="双倍工资差额", value=cents(value), steps=tuple(steps)),),
        articles=_articles(inputs, bool(rest_from <= final)),
        changes=(
            "最多算十一个月：满一年还没签，就视为已经订了无固定期限合同。"
            if inputs.matter == "none"
            else "从应当订立无固定期限合同那天起，一直算到签了为止。",
            "公司能证明是您故意不签、或者不可抗力没签成的，可以不付。",
            "每月工资不一样的，按当月应得工资逐月加。",
        ),
        warnings=tuple(warnings),
    )


def _articles(inputs: DoubleWage, part: bool) -> tuple[str, ...]:
    own = ["劳动合同法实施条例第七条"] if inputs.matter == "none" else ["劳动合同法第十四条"]
    by_day = ["劳动争议解释二第六条"] if part else []
    return ("劳动合同法第八十二条", *own, *by_day, "劳动争议解释二第七条", "劳动争议调解仲裁法第二十七条")


CALCULATOR = Calculator("double-wage", "没签合同的双倍工资", DoubleWage, compute, ARTICLES, ("month_pay_days",))
