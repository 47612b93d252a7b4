"""法定继承的份额（民法典 1127 至 1130、1152、1153、1155、1160）。份额用分数算，加起来等于一。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from knowledge.calculators.core import (
    CalculationError,
    Calculator,
    Count,
    Day,
    Figure,
    Inputs,
    Money,
    Result,
    cents,
    yuan,
)
from knowledge.calculators.rates import Rates

CODE_SINCE = date(2021, 1, 1)
ARTICLES = (
    "民法典第一千一百二十七条",
    "民法典第一千一百三十条",
    "民法典第一千一百五十三条",
    "民法典第一千一百二十八条",
    "民法典第一千一百五十二条",
    "民法典第一千一百五十五条",
    "民法典第一千一百二十九条",
    "民法典第一千一百六十条",
    "民法典第一千一百六十一条",
)


class Inheritance(Inputs):
    common: Annotated[Money, Field(title="夫妻共同财产", description="和配偶共有的财产，一共值多少元")] = Decimal(0)
    own: Annotated[Money, Field(title="个人财产", description="去世的人自己的财产，值多少元；不知道不填，只算份额")] = (
        Decimal(0)
    )
    debts: Annotated[Money, Field(title="要还的债", description="去世的人该还的债和税款，多少元")] = Decimal(0)
    spouse: Annotated[bool, Field(title="配偶在世", description="去世时有配偶、而且在世的填是")] = False
    parents: Annotated[
        Count, Field(le=4, title="在世的父母", description="去世时在世的父母几人，含养父母、有扶养关系的继父母")
    ] = 0
    children: Annotated[
        Count, Field(title="在世的子女", description="去世时在世的子女几人，含养子女、非婚生、有扶养关系的继子女")
    ] = 0
    children_gone: Annotated[
        Count, Field(title="先去世、有后代的子女", description="比被继承人先去世、留下子女后代的子女有几人（代位继承）")
    ] = 0
    children_later: Annotated[
        Count,
        Field(
            title="后来去世的子女", description="被继承人去世时还在、分遗产前去世的子女几人（转继承），不要算进在世的"
        ),
    ] = 0
    unborn: Annotated[Count, Field(le=10, title="胎儿", description="还没出生的孩子几个")] = 0
    in_law: Annotated[Count, Field(title="尽主要赡养义务的丧偶儿媳女婿", description="几人")] = 0
    # The second order is asked for when nobody of the first is there: not having been told is not the same as none.
    siblings: Annotated[
        Count | None, Field(title="在世的兄弟姐妹", description="没有第一顺序的人才用得到，几人；没有填 0")
    ] = None
    siblings_gone: Annotated[
        Count | None,
        Field(
            title="先去世、有子女的兄弟姐妹",
            description="没有第一顺序的人才用得到，几人（由他们的子女代位）；没有填 0",
        ),
    ] = None
    grandparents: Annotated[
        Count | None,
        Field(le=8, title="在世的祖父母外祖父母", description="没有第一顺序的人才用得到，几人；没有填 0"),
    ] = None
    died_on: Annotated[Day | None, Field(title="去世日期", description="哪天去世的；不填按现在的法律")] = None


@dataclass(frozen=True)
class Heirs:
    """Heirs of one kind, each with an equal share."""

    label: str
    count: int
    note: str = ""


def first_order(inputs: Inheritance) -> list[Heirs]:
    return _present(
        Heirs("配偶", int(inputs.spouse)),
        Heirs("在世的子女", inputs.children),
        Heirs("父母", inputs.parents),
        Heirs("先去世子女的那一份", inputs.children_gone, "由他的晚辈直系血亲代位继承，几个人一起分这一份"),
        Heirs("后来去世子女的那一份", inputs.children_later, "转给他自己的继承人（转继承）"),
        Heirs("胎儿", inputs.unborn, "先给胎儿留着；出生时是死体的，按法定继承再分"),
        Heirs("丧偶儿媳或女婿", inputs.in_law, "尽了主要赡养义务的，作第一顺序"),
    )


def second_order(inputs: Inheritance) -> list[Heirs]:
    return _present(
        Heirs("兄弟姐妹", inputs.siblings or 0),
        Heirs("先去世兄弟姐妹的那一份", inputs.siblings_gone or 0, "由他的子女代位继承，几个人一起分这一份"),
        Heirs("祖父母、外祖父母", inputs.grandparents or 0),
    )


def _second_order_is_known(inputs: Inheritance) -> None:
    """Raises CalculationError for the first of the second order that nobody has spoken of."""
    for field in ("siblings", "siblings_gone", "grandparents"):
        if getattr(inputs, field) is None:
            name = Inheritance.model_fields[field].title
            raise CalculationError(f"没有第一顺序的继承人，要看第二顺序，还差“{name}”：几人，没有填 0", field)


def _present(*heirs: Heirs) -> list[Heirs]:
    return [group for group in heirs if group.count]


def shares(heirs: list[Heirs]) -> dict[str, Fraction]:
    """Each person's share of the estate, by label; equal within the order (1130)."""
    people = sum(group.count for group in heirs)
    return {group.label: Fraction(1, people) for group in heirs}


def compute(inputs: Inheritance, rates: Rates, today: date) -> Result:
    if inputs.common and not inputs.spouse:
        raise CalculationError("填了夫妻共同财产，但没有在世的配偶；请把归他个人的部分填进“个人财产”", "common")
    if inputs.died_on and inputs.died_on > today:
        raise CalculationError("去世日期在今天之后，请检查", "died_on")
    estate, steps = _estate(inputs)
    if estate < 0:
        return Result(
            headline=f"债比遗产多 {yuan(-estate)}，没有可分的；继承人只在遗产的价值以内还债。",
            figures=(Figure(label="可分的遗产", value=Decimal(0), steps=steps),),
            articles=("民法典第一千一百六十一条", "民法典第一千一百五十三条"),
            changes=("继承人自愿多还的不在此限；放弃继承的可以不还。",),
        )
    heirs = first_order(inputs)
    order = "第一顺序"
    if not heirs:
        _second_order_is_known(inputs)
        heirs, order = second_order(inputs), "第二顺序"
    if not heirs:
        return Result(
            headline="没有第一、第二顺序的继承人，遗产一般归国家或集体。",
            articles=("民法典第一千一百二十七条", "民法典第一千一百六十条"),
            changes=("有遗嘱、遗赠的先按遗嘱；扶养过去世的人的，可以请求分给适当的遗产。",),
        )
    people = sum(group.count for group in heirs)
    each = Fraction(1, people)
    figures = [_figure(group, each, estate, steps) for group in heirs]
    if inputs.common:
        half = inputs.common / 2
        figures.insert(
            0,
            Figure(
                label="配偶先分出的一半",
                value=cents(half),
                steps=(f"夫妻共同财产 {yuan(inputs.common)} 的一半归配偶，不是遗产",),
            ),
        )
    return Result(
        headline=f"按{order}均分，共 {people} 份，每份 {each}"
        + (f"，约 {yuan(_money(estate, each))}。" if estate else "。"),
        figures=tuple(figures),
        articles=_articles(inputs, order),
        changes=(
            "有遗嘱、遗赠扶养协议的，先按遗嘱、协议；继承人也可以商量着不均分。",
            "生活特别困难又没劳动能力的应当照顾；尽主要扶养义务、一起生活的可以多分；有能力不扶养的少分或不分。",
            "放弃继承、丧失继承权的，不算在人数里。",
        ),
        warnings=_warnings(inputs, estate, order),
    )


def _estate(inputs: Inheritance) -> tuple[Decimal, tuple[str, ...]]:
    estate = inputs.own + inputs.common / 2 - inputs.debts
    if not (inputs.own or inputs.common):
        return Decimal(0), ()
    parts = []
    if inputs.common:
        parts.append(f"共同财产的一半 {yuan(inputs.common / 2)}")
    if inputs.own:
        parts.append(f"个人财产 {yuan(inputs.own)}")
    debt = f" - 债 {yuan(inputs.debts)}" if inputs.debts else ""
    return estate, (f"遗产：{' + '.join(parts)}{debt} = {yuan(estate)}",)


def _money(estate: Decimal, share: Fraction) -> Decimal:
    return estate * share.numerator / share.denominator


def _figure(group: Heirs, each: Fraction, estate: Decimal, steps: tuple[str, ...]) -> Figure:
    said = f"每人 {each}" if group.count > 1 else str(each)
    note = (group.note,) if group.note else ()
    label = f"{group.label}（{group.count}人，每人）" if group.count > 1 else group.label
    if not estate:
        share = (Decimal(100) * each.numerator / each.denominator).quantize(Decimal("0.01"))
        return Figure(label=label, value=share, unit="%", steps=(said, *note))
    value = cents(_money(estate, each))
    return Figure(label=label, value=value, steps=(*steps, f"{said}：{yuan(estate)} × {each} = {yuan(value)}", *note))


def _articles(inputs: Inheritance, order: str) -> tuple[str, ...]:
    chosen = ["民法典第一千一百二十七条", "民法典第一千一百三十条"]
    if inputs.common:
        chosen.append("民法典第一千一百五十三条")
    if inputs.children_gone or (order == "第二顺序" and inputs.siblings_gone):
        chosen.append("民法典第一千一百二十八条")
    if inputs.children_later:
        chosen.append("民法典第一千一百五十二条")
    if inputs.unborn:
        chosen.append("民法典第一千一百五十五条")
    if inputs.in_law:
        chosen.append("民法典第一千一百二十九条")
    return tuple(chosen)


def _warnings(inputs: Inheritance, estate: Decimal, order: str) -> tuple[str, ...]:
    lines = []
    if inputs.died_on and inputs.died_on < CODE_SINCE:
        lines.append("2021年1月1日以前去世的，原则上按当时的继承法，结果可能不同，请拨 12348 问清。")
    if order == "第一顺序" and (inputs.siblings or inputs.siblings_gone or inputs.grandparents):
        lines.append("有第一顺序的继承人，兄弟姐妹、祖父母、外祖父母这次不继承。")
    if estate:
        lines.append("每份四舍五入到分，加起来可能差一两分钱。房子、车按分的时候的价值算。")
    return tuple(lines)


CALCULATOR = Calculator("inheritance", "法定继承份额", Inheritance, compute, ARTICLES)
