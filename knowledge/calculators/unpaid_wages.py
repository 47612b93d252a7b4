"""拖欠工资合计（劳动合同法 30、85；劳动法 44）。"""

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
    Quantity,
    Result,
    cents,
    plain,
    yuan,
)
from knowledge.calculators.rates import Rates

MOST_REST = 31
LEAST_EXTRA, MOST_EXTRA = Decimal("0.5"), Decimal(1)  # 劳动合同法 85
ARTICLES = ("劳动合同法第三十条", "劳动合同法第八十五条", "劳动争议调解仲裁法第九条", "劳动争议调解仲裁法第二十七条")


class UnpaidWages(Inputs):
    monthly_wage: Annotated[Money, Field(title="月工资", description="每月应发多少元")] = Decimal(0)
    months: Annotated[Quantity, Field(le=600, title="欠几个月", description="整月没发的有几个月，半个月写 0.5")] = (
        Decimal(0)
    )
    pay: Annotated[Literal["month", "day"], Field(title="怎么计工资", description="month 按月，day 按天")] = "month"
    daily_wage: Annotated[Money | None, Field(gt=0, title="日工资", description="按天算的，一天多少元")] = None
    days: Annotated[
        Quantity,
        Field(le=3660, title="没发工资的天数", description="按天算的填一共几天；按月算的填不满一个月的零头天数"),
    ] = Decimal(0)
    overtime: Annotated[Money, Field(title="欠的加班费", description="一共多少元；不知道可以先用加班费计算器")] = (
        Decimal(0)
    )
    bonus: Annotated[Money, Field(title="欠的奖金提成补贴", description="一共多少元")] = Decimal(0)
    deducted: Annotated[Money, Field(title="被乱扣的工资", description="没有依据被扣的，一共多少元")] = Decimal(0)
    paid: Annotated[Money, Field(title="已发的", description="这段时间已经发过的，一共多少元")] = Decimal(0)
    month_pay_days: Annotated[
        Quantity | None, Field(gt=0, le=31, title="月计薪天数", description="折算日工资用，一般 21.75")
    ] = None


def compute(inputs: UnpaidWages, rates: Rates, today: date) -> Result:
    if inputs.pay == "day" and inputs.days and inputs.daily_wage is None:
        raise CalculationError("还差“日工资”：一天多少元", "daily_wage")
    if inputs.pay == "month" and inputs.days > MOST_REST:
        raise CalculationError("按月算的，零头天数不超过 31 天；整月的请填欠几个月", "days")
    if inputs.pay == "month" and (inputs.months or inputs.days) and not inputs.monthly_wage:
        raise CalculationError("还差“月工资”：每月应发多少元", "monthly_wage")
    parts: list[tuple[str, Decimal]] = []
    if inputs.pay == "day" and inputs.daily_wage is not None and inputs.days:
        said = f"{plain(inputs.daily_wage)}元 × {plain(inputs.days)} 天"
        parts.append((said, inputs.daily_wage * inputs.days))
    if inputs.pay == "month" and inputs.months:
        parts.append(
            (f"{plain(inputs.monthly_wage)}元 × {plain(inputs.months)} 个月", inputs.monthly_wage * inputs.months)
        )
    if inputs.pay == "month" and inputs.days:
        pay_days = rates.need("month_pay_days", today, "month_pay_days", inputs.month_pay_days)
        # 25 days worked in a six-day week are still less than a month's wage.
        part = min(inputs.monthly_wage / pay_days.value * inputs.days, inputs.monthly_wage)
        most = "，不超过一个月工资" if inputs.days > pay_days.value else ""
        parts.append(
            (
                f"{plain(inputs.monthly_wage)}元 ÷ {plain(pay_days.value)} × {plain(inputs.days)} 天{most}（月计薪天数：{pay_days.origin}）",
                part,
            )
        )
    named = (("加班费", inputs.overtime), ("奖金提成补贴", inputs.bonus), ("乱扣的工资", inputs.deducted))
    parts += [(name, value) for name, value in named if value]
    due = sum((value for _, value in parts), Decimal(0))
    if not parts:
        raise CalculationError("还没有填欠了什么：请填欠几个月、或加班费、奖金等金额", "months")
    if inputs.paid > due:
        raise CalculationError(f"已发的 {yuan(inputs.paid)} 比应发的 {yuan(due)} 还多，请检查", "paid")
    owed = cents(due - inputs.paid)
    steps = [f"{said} = {yuan(value)}" if "×" in said else f"{said} {yuan(value)}" for said, value in parts]
    steps.append(f"合计 {yuan(due)}" + (f"，减已发 {yuan(inputs.paid)}，还欠 {yuan(owed)}" if inputs.paid else ""))
    return Result(
        headline=f"一共欠您 {yuan(owed)}。",
        figures=(
            Figure(label="拖欠工资合计", value=owed, steps=tuple(steps)),
            Figure(
                label="可能的加付赔偿金",
                value=cents(owed * LEAST_EXTRA),
                most=cents(owed * MOST_EXTRA),
                steps=(f"{yuan(owed)} × 50% 至 100%：劳动行政部门责令限期支付、公司逾期还不付的，才有这一项",),
            ),
        ),
        articles=ARTICLES,
        changes=(
            "工资条、转账记录、考勤、聊天里承认欠薪的话，都能改变认定的数。",
            "还在职的，欠薪不受一年仲裁时效限制；离职了，要在离职之日起一年内申请。",
        ),
        warnings=("实发低于最低工资的月份，还可以要补足差额，上面没有算这一项。",),
    )


CALCULATOR = Calculator("unpaid-wages", "拖欠工资合计", UnpaidWages, compute, ARTICLES, ("month_pay_days",))
