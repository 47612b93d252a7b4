"""工伤伤残一次性待遇与每月津贴（工伤保险条例 33 至 37、62、64）。广东省规定的两项补助金是 rates.yml 里的数据。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from knowledge.calculators.core import Calculator, Figure, Inputs, Money, Quantity, Result, cents, percent, plain, yuan
from knowledge.calculators.rates import Found, Rates

ONE_OFF_MONTHS = {1: 27, 2: 25, 3: 23, 4: 21, 5: 18, 6: 16, 7: 13, 8: 11, 9: 9, 10: 7}
ALLOWANCE = {
    n: Decimal(share) for n, share in zip(range(1, 7), ("0.9", "0.85", "0.8", "0.75", "0.7", "0.6"), strict=True)
}
LEAST_WAGE, MOST_WAGE = Decimal("0.6"), Decimal(3)  # 64: of the average wage
WORST_GRADE_LEAVING = 5  # from here on the employment may end with the two provincial payments
ARTICLES = (
    "工伤保险条例第三十五条",
    "工伤保险条例第三十六条",
    "工伤保险条例第三十七条",
    "工伤保险条例第六十四条",
    "工伤保险条例第三十三条",
    "工伤保险条例第六十二条",
)


class WorkInjury(Inputs):
    grade: Annotated[int, Field(ge=1, le=10, title="伤残等级", description="劳动能力鉴定的等级，1 到 10")]
    own_wage: Annotated[Money, Field(gt=0, title="本人工资", description="受伤前十二个月的平均月缴费工资，每月多少元")]
    leaving: Annotated[
        bool, Field(title="要不要结束劳动关系", description="五至十级的，离职、合同到期不续或自己提出解除时填是")
    ] = False
    insured: Annotated[
        bool | None, Field(title="有没有工伤保险", description="公司给您交了工伤保险没有；不知道不填")
    ] = None
    rest_months: Annotated[
        Quantity, Field(le=24, title="停工留薪月数", description="停工治伤、公司没发工资的有几个月，最多 24")
    ] = Decimal(0)
    full_wage: Annotated[
        Money | None, Field(gt=0, title="受伤前的月工资", description="算停工留薪用，每月多少元；不填按本人工资")
    ] = None
    city_average_wage: Annotated[
        Money | None,
        Field(gt=0, title="统筹地区职工月平均工资", description="公布的数，每月多少元；定 60% 和 300% 的线"),
    ] = None
    medical_months: Annotated[
        Quantity | None, Field(le=200, title="医疗补助金月数", description="广东省规定您这一级几个月，向社保部门问到的")
    ] = None
    employment_months: Annotated[
        Quantity | None, Field(le=200, title="就业补助金月数", description="广东省规定您这一级几个月，向社保部门问到的")
    ] = None


def compute(inputs: WorkInjury, rates: Rates, today: date) -> Result:
    wage, said, warnings = _wage(inputs, rates, today)
    at_least = bool(warnings)  # what is not known can only add
    months = ONE_OFF_MONTHS[inputs.grade]
    one_off = Figure(
        label="一次性伤残补助金",
        value=cents(wage * months),
        steps=(*said, f"{inputs.grade} 级：{plain(wage)}元 × {months} 个月 = {yuan(wage * months)}"),
    )
    figures = [one_off]
    if inputs.grade in ALLOWANCE:
        share = ALLOWANCE[inputs.grade]
        why = "退出岗位后按月领" if inputs.grade <= 4 else "公司难以安排工作时按月领"
        figures.append(
            Figure(
                label="伤残津贴（每月）",
                value=cents(wage * share),
                unit="元/月",
                steps=(f"{why}：{plain(wage)}元 × {percent(share)} = {yuan(wage * share)}；低于最低工资的补足",),
            )
        )
    if inputs.rest_months:
        full = inputs.full_wage or inputs.own_wage
        figures.append(
            Figure(
                label="停工留薪期工资",
                value=cents(full * inputs.rest_months),
                steps=(
                    f"{plain(full)}元 × {plain(inputs.rest_months)} 个月 = {yuan(full * inputs.rest_months)}，由单位付",
                ),
            )
        )
    total = one_off.value
    if inputs.leaving and inputs.grade >= WORST_GRADE_LEAVING:
        provincial = _provincial(inputs, rates, today, wage)
        figures += provincial
        total += sum((figure.value for figure in provincial), Decimal(0))
        if len(provincial) < 2:
            at_least = True
            warnings.append(
                "离职时还有一次性工伤医疗补助金、伤残就业补助金两项，月数由广东省规定，原文我没有读到，没有算全。"
                + rates.rate("injury_medical_months").enter
            )
    elif inputs.leaving:
        warnings.append("一至四级保留劳动关系、按月领津贴，不因为离职拿两项补助金。")
    if inputs.insured is False:
        warnings.append("单位该交没交工伤保险的，这些都由单位付。")
    return Result(
        headline=f"{inputs.grade} 级伤残，一次性的钱{'至少' if at_least else ''} {yuan(total)}。",
        figures=tuple(figures),
        articles=_articles(inputs),
        changes=(
            "本人工资是受伤前十二个月的平均月缴费工资；单位少报缴费基数的，差额可以要单位补。",
            "等级以劳动能力鉴定结论为准，重新鉴定会变。",
            "医疗费、护理费、伙食交通费、辅助器具另外算，不在这里面。",
        ),
        warnings=tuple(warnings),
    )


def _wage(inputs: WorkInjury, rates: Rates, today: date) -> tuple[Decimal, tuple[str, ...], list[str]]:
    """The wage that counts: between 60 % and 300 % of the average."""
    wage = inputs.own_wage
    average = rates.find("city_average_wage", today, inputs.city_average_wage)
    if average is None:
        known = rates.rate("city_average_wage").last_known
        if known and known.value and wage > MOST_WAGE * known.value:
            average = rates.need("city_average_wage", today, "city_average_wage")
        elif known and known.value and wage < LEAST_WAGE * known.value:
            return (
                wage,
                (),
                [
                    f"您的工资低于 {known.since.year - 1} 年平均工资的 60%（{yuan(LEAST_WAGE * known.value)}）："
                    "很可能要按现在平均工资的 60% 算，实际会更多；填上公布的平均工资再算就准。"
                ],
            )
        else:
            return wage, (), ["本人工资低于平均工资 60% 的按 60% 算；现在的平均工资我没有核实到，没有比。"]
    assert average is not None
    low, high = LEAST_WAGE * average.value, MOST_WAGE * average.value
    if wage < low:
        return low, (f"本人工资 {yuan(wage)} 低于平均工资的 60%，按 {yuan(low)} 算（平均工资：{average.origin}）",), []
    if wage > high:
        return (
            high,
            (f"本人工资 {yuan(wage)} 高于平均工资的 300%，按 {yuan(high)} 算（平均工资：{average.origin}）",),
            [],
        )
    return wage, (), []


def _provincial(inputs: WorkInjury, rates: Rates, today: date, wage: Decimal) -> list[Figure]:
    rows = (
        ("一次性工伤医疗补助金", "injury_medical_months", inputs.medical_months),
        ("一次性伤残就业补助金", "injury_employment_months", inputs.employment_months),
    )
    found: list[tuple[str, Found | None]] = [
        (label, rates.find(key, today, given, str(inputs.grade))) for label, key, given in rows
    ]
    return [
        Figure(
            label=label,
            value=cents(wage * months.value),
            steps=(
                f"{plain(wage)}元 × {plain(months.value)} 个月 = {yuan(wage * months.value)}（月数：{months.origin}）",
            ),
        )
        for label, months in found
        if months
    ]


def _articles(inputs: WorkInjury) -> tuple[str, ...]:
    own = "第三十五条" if inputs.grade <= 4 else "第三十六条" if inputs.grade <= 6 else "第三十七条"
    more = ["工伤保险条例第三十三条"] if inputs.rest_months else []
    return (f"工伤保险条例{own}", "工伤保险条例第六十四条", *more, "工伤保险条例第六十二条")


CALCULATOR = Calculator(
    "work-injury",
    "工伤待遇",
    WorkInjury,
    compute,
    ARTICLES,
    ("city_average_wage", "injury_medical_months", "injury_employment_months"),
)
