"""加班费 150%、200%、300%（劳动法 36、41、44；劳动争议解释一 42）。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from knowledge.calculators.core import (
    CalculationError,
    Calculator,
    Figure,
    Inputs,
    Money,
    Quantity,
    Result,
    cents,
    percent,
    plain,
    yuan,
)
from knowledge.calculators.rates import Rates

HOURS_A_DAY = 8  # 劳动法 36
MOST_HOURS_A_MONTH = 36  # 劳动法 41
KINDS = (
    ("weekday_hours", "工作日延长", Decimal("1.5")),
    ("restday_hours", "休息日没补休", Decimal(2)),
    ("holiday_hours", "法定休假日", Decimal(3)),
)
ARTICLES = ("劳动法第四十四条", "劳动法第三十六条", "劳动法第四十一条", "劳动争议解释一第四十二条")


class Overtime(Inputs):
    monthly_wage: Annotated[
        Money | None, Field(gt=0, title="月工资", description="正常上班的月工资，不含加班费，每月多少元")
    ] = None
    hourly_wage: Annotated[
        Money | None, Field(gt=0, title="小时工资", description="按小时计薪的填这个，每小时多少元")
    ] = None
    weekday_hours: Annotated[Quantity, Field(title="平时加班小时", description="工作日多做了几小时")] = Decimal(0)
    restday_hours: Annotated[
        Quantity, Field(title="休息日加班小时", description="周末等休息日做了几小时，没有安排补休的")
    ] = Decimal(0)
    holiday_hours: Annotated[
        Quantity, Field(title="法定节假日加班小时", description="春节、国庆等法定休假日做了几小时")
    ] = Decimal(0)
    months: Annotated[
        Quantity, Field(gt=0, le=600, title="做了几个月", description="上面是每月小时数的，填一共几个月；不填按一个月")
    ] = Decimal(1)
    paid: Annotated[Money, Field(title="已发的加班费", description="公司已经发过的加班费，一共多少元")] = Decimal(0)
    month_pay_days: Annotated[
        Quantity | None, Field(gt=0, le=31, title="月计薪天数", description="折算小时工资用，一般 21.75")
    ] = None


def compute(inputs: Overtime, rates: Rates, today: date) -> Result:
    hourly, written, said = _hourly(inputs, rates, today)
    figures = []
    for field, label, times in KINDS:
        hours = getattr(inputs, field) * inputs.months
        if hours:
            pay = hourly * hours * times
            figures.append(
                Figure(
                    label=f"{label}（{percent(times)}）",
                    value=cents(pay),
                    steps=(said, f"{written} × {plain(hours)} 小时 × {percent(times)} = {yuan(pay)}"),
                )
            )
    due = sum((figure.value for figure in figures), Decimal(0))
    left = max(due - inputs.paid, Decimal(0))
    steps = [" + ".join(yuan(figure.value) for figure in figures) + f" = {yuan(due)}" if figures else "没有填加班小时"]
    if inputs.paid:
        steps.append(
            f"减已发 {yuan(inputs.paid)}，{'还差 ' + yuan(left) if due >= inputs.paid else '已发的不少于算出来的'}"
        )
    figures.append(Figure(label="还应补发", value=left, steps=tuple(steps)))
    warnings = [
        "加班的事实要您先举证：考勤、排班表、聊天记录、打卡截图都行；证据在公司手里、公司不交的，由公司承担不利后果。"
    ]
    if inputs.weekday_hours > MOST_HOURS_A_MONTH:
        warnings.append("平时加班一个月超过36小时，本身就超过了法律的上限。")
    return Result(
        headline=f"加班费算下来 {yuan(due)}" + (f"，扣掉已发的，还差 {yuan(left)}。" if inputs.paid else "。"),
        figures=tuple(figures),
        articles=ARTICLES,
        changes=(
            "休息日加班后安排了补休的，那几小时不再付 200%；法定休假日不能用补休代替。",
            "计算的工资以合同约定的正常工作时间工资为准，约定不明的会有争议。",
            "经批准实行综合计算工时或不定时工作制的，算法不同，要另外看。",
        ),
        warnings=tuple(warnings),
    )


def _hourly(inputs: Overtime, rates: Rates, today: date) -> tuple[Decimal, str, str]:
    """The hourly wage, as it is written in a product (exact, not rounded to the cent), and where it comes from."""
    if inputs.hourly_wage is not None:
        return inputs.hourly_wage, f"{plain(inputs.hourly_wage)}元", f"小时工资 {yuan(inputs.hourly_wage)}（您填的）"
    if inputs.monthly_wage is None:
        raise CalculationError("还差“月工资”：正常上班的月工资，每月多少元", "monthly_wage")
    pay_days = rates.need("month_pay_days", today, "month_pay_days", inputs.month_pay_days)
    hourly = inputs.monthly_wage / pay_days.value / HOURS_A_DAY
    written = f"{plain(inputs.monthly_wage)}元 ÷ {plain(pay_days.value)} 天 ÷ {HOURS_A_DAY} 小时"
    return hourly, written, f"小时工资：{written} = {yuan(hourly)}（月计薪天数：{pay_days.origin}）"


CALCULATOR = Calculator("overtime", "加班费", Overtime, compute, ARTICLES, ("month_pay_days",))
