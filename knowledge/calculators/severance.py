"""经济补偿 N、N+1 与违法解除的赔偿金 2N（劳动合同法 46、47、87、97；实施条例 20、25、27）。"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
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
from knowledge.calculators.dates import ONE_DAY, add_months, full_months, in_order
from knowledge.calculators.rates import Rates

LAW_IN_FORCE = date(
    2008, 1, 1
)  # 劳动合同法: compensation counts from here (97), 2N from the first day of work (条例 25)
MOST_YEARS = Decimal(12)
FAR_ABOVE = Decimal("1.5")  # times the last minimum wage known: above this no rise since can matter
ARTICLES = (
    "劳动合同法第四十七条",
    "劳动合同法第四十六条",
    "劳动合同法第八十七条",
    "劳动合同法第四十条",
    "劳动合同法第三十八条",
    "劳动合同法第九十七条",
    "劳动合同法第三十九条",
    "劳动合同法实施条例第二十七条",
    "劳动合同法实施条例第二十五条",
    "劳动合同法实施条例第二十条",
)
How = Literal["unlawful", "article40", "article40_noticed", "agreed", "forced", "expired", "closed", "quit", "fault"]


class Severance(Inputs):
    started: Annotated[Day | None, Field(title="入职日期", description="哪天开始上班；记不清就填工作年数")] = None
    ended: Annotated[Day | None, Field(title="离职日期", description="最后一个工作日；还没离职不填，算到今天")] = None
    worked_years: Annotated[
        Quantity | None,
        Field(gt=0, le=60, title="工作年数", description="在这家单位做了几年，半年写 0.5；填了入职日期就不用填"),
    ] = None
    monthly_wage: Annotated[
        Money, Field(gt=0, title="月平均工资", description="离职前十二个月的平均应得工资，含奖金津贴加班费，每月多少元")
    ]
    how: Annotated[
        How | None,
        Field(
            title="怎么离开的",
            description="unlawful 违法辞退，article40 第四十条没提前通知，article40_noticed 提前通知了，agreed 公司提出协商，"
            "forced 被迫离职，expired 到期不续，closed 裁员或关闭，quit 自己辞职，fault 严重过错被辞退；不知道就不填",
        ),
    ] = None
    last_month_wage: Annotated[
        Money | None, Field(title="上一个月工资", description="离职前一个月的工资，算代通知金用；不填按月平均工资")
    ] = None
    city_average_wage: Annotated[
        Money | None,
        Field(gt=0, title="上年度职工月平均工资", description="深圳市公布的，每月多少元；工资很高时才用得到"),
    ] = None
    minimum_wage: Annotated[
        Money | None, Field(gt=0, title="最低工资", description="离职时当地的最低工资，每月多少元；工资很低时才用得到")
    ] = None


def service_months(started: date, ended: date) -> tuple[Decimal, str]:
    """Months of wage for a service ending with the day `ended`: a year counts one, six months or more one, less half."""
    after = ended + ONE_DAY
    months = full_months(started, after)
    years, rest = divmod(months, 12)
    days_left = add_months(started, months) != after
    extra = Decimal(1) if rest >= 6 else Decimal("0.5") if rest or days_left else Decimal(0)
    said = {Decimal(1): "零头满六个月，按一年", Decimal("0.5"): "零头不满六个月，按半个月", Decimal(0): "正好整年"}[
        extra
    ]
    return years + extra, f"{started} 至 {ended}：满 {years} 年，{said}，合 {plain(years + extra)} 个月"


def months_of_years(worked: Decimal) -> tuple[Decimal, str]:
    """The same for a service known only in years: 4.5 counts five."""
    years = worked.to_integral_value(ROUND_FLOOR)
    rest = worked - years
    months = years + (Decimal(1) if rest >= Decimal("0.5") else Decimal("0.5") if rest else Decimal(0))
    return months, f"工作 {plain(worked)} 年，合 {plain(months)} 个月"


def compute(inputs: Severance, rates: Rates, today: date) -> Result:
    ended = inputs.ended or today
    if inputs.started is None and inputs.worked_years is None:
        raise CalculationError("还差“入职日期”：哪天开始上班，或者一共做了几年", "started")
    if inputs.started is not None:
        in_order(inputs.started, ended, "离职日期早于入职日期，请检查", "ended")
    if inputs.how in ("quit", "fault"):
        return _nothing(inputs.how)
    base, capped, notes, warnings = _base(inputs, rates, ended)
    figures = []
    pieces = []
    if inputs.how != "unlawful":
        months, said = _months(inputs, ended, LAW_IN_FORCE, capped)
        figures.append(
            Figure(
                label="经济补偿（N）",
                value=cents(base * months),
                steps=(*notes, said, f"{plain(base)}元 × {plain(months)} 个月 = {yuan(base * months)}"),
            )
        )
        pieces.append(f"N 为 {yuan(base * months)}")
    if inputs.how == "article40":
        extra = inputs.last_month_wage or inputs.monthly_wage
        figures.append(
            Figure(
                label="代通知金（+1）", value=cents(extra), steps=(f"上一个月工资 {yuan(extra)}（实施条例第二十条）",)
            )
        )
        total = figures[0].value + figures[1].value
        figures.append(
            Figure(
                label="合计（N+1）", value=total, steps=(f"{yuan(figures[0].value)} + {yuan(extra)} = {yuan(total)}",)
            )
        )
        pieces = [f"N+1 为 {yuan(total)}"]
    if inputs.how in ("unlawful", None):
        months, said = _months(inputs, ended, None, capped)
        figures.append(
            Figure(
                label="违法解除赔偿金（2N）",
                value=cents(2 * base * months),
                steps=(*notes, said, f"{plain(base)}元 × {plain(months)} 个月 × 2 = {yuan(2 * base * months)}"),
            )
        )
        pieces.append(f"2N 为 {yuan(2 * base * months)}")
    began = _began(inputs, ended)
    if began < LAW_IN_FORCE and inputs.how != "unlawful":
        warnings.append(
            f"2008年1月1日以前的工龄（{began} 起）没有算进 N：那一段要不要补、补多少，按当时的规定，请拨 12348 问清。"
        )
    return Result(
        headline=f"按您说的情况，{'；'.join(pieces)}。"
        + ("公司理由合法就是 N，不合法就是 2N。" if inputs.how is None else ""),
        figures=tuple(figures),
        articles=_articles(inputs, began),
        changes=(
            "平均工资要用应得数（扣社保个税之前），含奖金、津贴、补贴、加班费；少算了金额就低。",
            "公司能证明辞退理由和程序都合法，就不是 2N；拿了 2N 就不再另拿 N。",
            "被安排到关联公司、换合同主体的，原来的工龄一般可以连着算。",
        ),
        warnings=tuple(warnings),
    )


def _nothing(how: str) -> Result:
    says = {
        "quit": (
            "自己主动辞职，一般没有经济补偿。",
            "其实是因为欠薪、没交社保、被逼走的，可以按第三十八条算，数就不一样。",
        ),
        "fault": (
            "试用期不合格、严重违纪等被依法辞退，一般没有经济补偿。",
            "公司要拿出证据和规章制度；拿不出来就可能是违法解除，按 2N 算。",
        ),
    }[how]
    return Result(
        headline=says[0],
        figures=(Figure(label="经济补偿", value=Decimal(0), steps=("不属于第四十六条列出的情形",)),),
        articles=("劳动合同法第四十六条", "劳动合同法第三十八条" if how == "quit" else "劳动合同法第三十九条"),
        changes=(says[1],),
    )


def _months(inputs: Severance, ended: date, counts_from: date | None, capped: bool) -> tuple[Decimal, str]:
    """Months of wage; service before `counts_from` does not count."""
    if inputs.started is None:
        assert inputs.worked_years is not None
        months, said = months_of_years(inputs.worked_years)
        if counts_from and _began(inputs, ended) < counts_from:
            if ended < counts_from:
                return Decimal(0), f"{ended} 以前的工龄不按现在的劳动合同法算"
            months, counted = service_months(counts_from, ended)
            said = f"工作 {plain(inputs.worked_years)} 年，2008年1月1日以前的不算进来；{counted}"
    else:
        started = max(inputs.started, counts_from) if counts_from else inputs.started
        if ended < started:
            return Decimal(0), f"{ended} 以前的工龄不按现在的劳动合同法算"
        months, said = service_months(started, ended)
    if capped and months > MOST_YEARS:
        return MOST_YEARS, f"{said}；工资超过三倍的，最多算 12 个月"
    return months, said


def _began(inputs: Severance, ended: date) -> date:
    """The first day of work; where only the years are known, counted back from the last."""
    if inputs.started is not None:
        return inputs.started
    assert inputs.worked_years is not None
    return add_months(ended + ONE_DAY, -int((inputs.worked_years * 12).to_integral_value(ROUND_HALF_UP)))


def _base(inputs: Severance, rates: Rates, ended: date) -> tuple[Decimal, bool, list[str], list[str]]:
    """The monthly wage that counts, whether the 3x cap bites, steps, warnings."""
    wage = inputs.monthly_wage
    warnings: list[str] = []
    average = rates.find("city_average_wage", ended, inputs.city_average_wage)
    known = rates.rate("city_average_wage").last_known
    if average is None and known and known.value and wage <= 3 * known.value:
        # Averages have only risen: a wage below three times an older average stays below the cap.
        warnings.append(
            f"三倍封顶没有用上：您的工资低于 {known.since.year - 1} 年平均工资的三倍（{yuan(3 * known.value)}）。"
        )
    elif average is None:
        average = rates.need("city_average_wage", ended, "city_average_wage")
    if average and wage > 3 * average.value:
        cap = 3 * average.value
        said = f"月工资 {yuan(wage)} 高于上年度职工月平均工资 {yuan(average.value)} 的三倍，按三倍 {yuan(cap)} 算（{average.origin}）"
        return cap, True, [said], warnings
    floor = rates.find("minimum_wage", ended, inputs.minimum_wage)
    if floor and wage < floor.value:
        said = f"月工资 {yuan(wage)} 低于最低工资，按最低工资 {yuan(floor.value)} 算（{floor.origin}）"
        return floor.value, False, [said], warnings
    if floor is None:
        lowest = rates.rate("minimum_wage").last_known
        if lowest and lowest.value and wage < lowest.value:
            rates.need("minimum_wage", ended, "minimum_wage")  # near or below it: how much counts must be known
        if lowest is None or lowest.value is None or wage < FAR_ABOVE * lowest.value:
            warnings.append(
                "平均工资低于最低工资的，要按最低工资算；您离职时的最低工资我没有核实到，工资低的请拨 12333 问清。"
            )
    return wage, False, [], warnings


def _articles(inputs: Severance, began: date) -> tuple[str, ...]:
    first = ["劳动合同法第四十七条", "劳动合同法实施条例第二十七条"]
    if inputs.how in ("unlawful", None):
        first += ["劳动合同法第八十七条", "劳动合同法实施条例第二十五条"]
    if inputs.how == "article40":
        first += ["劳动合同法第四十条", "劳动合同法实施条例第二十条"]
    if inputs.how == "forced":
        first += ["劳动合同法第三十八条"]
    if inputs.how != "unlawful":
        first += ["劳动合同法第四十六条"]
    if began < LAW_IN_FORCE:
        first += ["劳动合同法第九十七条"]
    return tuple(first)


CALCULATOR = Calculator(
    "severance", "经济补偿和赔偿金", Severance, compute, ARTICLES, ("city_average_wage", "minimum_wage")
)
