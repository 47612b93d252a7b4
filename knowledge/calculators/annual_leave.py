"""带薪年休假天数与未休报酬（职工带薪年休假条例 2 至 5）。"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Annotated, Literal

from pydantic import Field

from knowledge.calculators.core import Calculator, Figure, Inputs, Money, Quantity, Result, cents, plain, yuan
from knowledge.calculators.rates import Rates

BRACKETS = ((20, 15), (10, 10), (1, 5))  # years worked in all, days of leave
DAYS_A_YEAR = 365
ARTICLES = (
    "职工带薪年休假条例第二条",
    "职工带薪年休假条例第三条",
    "职工带薪年休假条例第四条",
    "职工带薪年休假条例第五条",
    "劳动法第四十五条",
)


class AnnualLeave(Inputs):
    total_years: Annotated[Quantity, Field(le=70, title="累计工龄", description="在所有单位一共工作了几年，半年写 0.5")]
    monthly_wage: Annotated[
        Money | None, Field(gt=0, title="月工资", description="不含加班费的月平均工资；只想知道天数就不填")
    ] = None
    taken_days: Annotated[Quantity, Field(le=366, title="已休天数", description="今年已经休了几天年休假")] = Decimal(0)
    year_days: Annotated[
        Quantity | None,
        Field(
            le=366, title="当年在职天数", description="今年刚入职或要离职的，填今年在这家单位的日历天数；做满全年不填"
        ),
    ] = None
    excluded: Annotated[
        Literal["no", "school_holiday", "personal_leave", "sick_leave"],
        Field(
            title="有没有不享受的情形",
            description="no 没有；school_holiday 寒暑假多于年休假；personal_leave 事假满20天没扣工资；"
            "sick_leave 病假满 2、3、4 个月（按工龄）",
        ),
    ] = "no"
    month_pay_days: Annotated[
        Quantity | None, Field(gt=0, le=31, title="月计薪天数", description="折算日工资用，一般 21.75")
    ] = None


def days_of(years: Decimal) -> int:
    """Days of leave for the years worked in all."""
    return next((days for least, days in BRACKETS if years >= least), 0)


def compute(inputs: AnnualLeave, rates: Rates, today: date) -> Result:
    whole = days_of(inputs.total_years)
    if whole == 0 or inputs.excluded != "no":
        why = "累计工作不满一年，还没有年休假。" if whole == 0 else "有条例第四条的情形，当年不享受年休假。"
        return Result(
            headline=why,
            figures=(Figure(label="年休假", value=Decimal(0), unit="天", steps=(why,)),),
            articles=ARTICLES[1:3] if whole else ARTICLES[:2],
            changes=("在别的单位工作的时间也算进累计工龄，拿社保记录、合同去证明。",),
        )
    warnings = []
    steps = [f"累计工作 {plain(inputs.total_years)} 年，全年 {whole} 天"]
    days = Decimal(whole)
    if inputs.year_days is not None and inputs.year_days < DAYS_A_YEAR:
        days = (inputs.year_days / DAYS_A_YEAR * whole).to_integral_value(ROUND_FLOOR)
        steps.append(
            f"当年在职 {plain(inputs.year_days)} 天：{plain(inputs.year_days)} ÷ 365 × {whole}，不足一天的不算 = {days} 天"
        )
        warnings.append("不满一年怎么折算，写在部门规章《企业职工带薪年休假实施办法》里，原文我没有读到，请核对。")
    left = max(days - inputs.taken_days, Decimal(0))
    steps.append(f"减已休 {plain(inputs.taken_days)} 天，还剩 {plain(left)} 天")
    figures = [Figure(label="没休的年休假", value=left, unit="天", steps=tuple(steps))]
    headline = f"应有 {plain(days)} 天年休假，还剩 {plain(left)} 天。"
    if inputs.monthly_wage is not None:
        pay_days = rates.need("month_pay_days", today, "month_pay_days", inputs.month_pay_days)
        daily = inputs.monthly_wage / pay_days.value
        written = (
            f"{plain(inputs.monthly_wage)}元 ÷ {plain(pay_days.value)}"  # the exact daily wage, not rounded to the cent
        )
        low, high = daily * left * 2, daily * left * 3
        figures.append(
            Figure(
                label="没休年休假的报酬",
                value=cents(low),
                most=cents(high),
                steps=(
                    f"日工资：{written} = {yuan(daily)}（月计薪天数：{pay_days.origin}）",
                    f"一共 300%：{written} × {plain(left)} 天 × 3 = {yuan(high)}",
                    f"那几天的工资已经照发过的，一般再补 200%：{written} × {plain(left)} 天 × 2 = {yuan(low)}",
                ),
            )
        )
        headline += f"报酬 {yuan(low)}（工资照发过的）至 {yuan(high)}。"
    return Result(
        headline=headline,
        figures=tuple(figures),
        articles=ARTICLES,
        changes=(
            "工龄把以前单位的也算上；跨过 10 年、20 年天数就变。",
            "公司安排了、您自己书面说不休的，可能只拿正常工资（部门规章里的规定，原文我没有读到）。",
        ),
        warnings=tuple(warnings),
    )


CALCULATOR = Calculator("annual-leave", "年休假", AnnualLeave, compute, ARTICLES, ("month_pay_days",))
