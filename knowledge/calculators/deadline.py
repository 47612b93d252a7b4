"""期限：仲裁时效、诉讼时效、起诉、上诉、申请执行、工伤认定；中断、中止。

民法典 188、192 至 203；调解仲裁法 27、48、50；民事诉讼法 85、171、250；工伤保险条例 17。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from knowledge.calculators.core import CalculationError, Calculator, Day, Figure, Inputs, Result
from knowledge.calculators.dates import ONE_DAY, add_months, days_between, in_order, weekday
from knowledge.calculators.rates import Rates

THREE_YEARS_SINCE = date(2017, 10, 1)  # before, two years: a period that had run out by then stays run out
LONGEST_YEARS = 20
LAST_MONTHS = 6
Kind = Literal["labour", "wages_left", "wages_working", "civil", "award", "judgment", "ruling", "enforcement", "injury"]


@dataclass(frozen=True)
class Term:
    """A period: how long, from what, whether it is interrupted and suspended, and the articles."""

    title: str
    start: str
    months: int = 0
    days: int = 0
    restarts: bool = False
    suspends: Literal["no", "six_months", "goes_on", "goes_on_late"] = "no"
    articles: tuple[str, ...] = ()


TERMS: dict[str, Term] = {
    "labour": Term("劳动仲裁时效", "知道权利被侵害", 12, 0, True, "goes_on", ("劳动争议调解仲裁法第二十七条",)),
    "wages_left": Term("欠薪的劳动仲裁时效", "离职", 12, 0, True, "goes_on", ("劳动争议调解仲裁法第二十七条",)),
    "civil": Term(
        "诉讼时效", "知道权利受损和对方是谁", 36, 0, True, "six_months",
        ("民法典第一百八十八条", "民法典第一百九十五条", "民法典第一百九十四条", "民法典第一百九十二条"),
    ),
    "award": Term(
        "不服仲裁裁决去起诉", "收到裁决书", 0, 15, articles=("劳动争议调解仲裁法第四十八条", "劳动争议调解仲裁法第五十条")
    ),
    "judgment": Term("对一审判决上诉", "判决书送达", 0, 15, articles=("民事诉讼法第一百七十一条",)),
    "ruling": Term("对一审裁定上诉", "裁定书送达", 0, 10, articles=("民事诉讼法第一百七十一条",)),
    "enforcement": Term(
        "申请执行", "判决书写的履行期最后一天", 24, 0, True, "goes_on_late", ("民事诉讼法第二百五十条",)
    ),
    "injury": Term("自己申请工伤认定", "事故发生或诊断职业病", 12, 0, articles=("工伤保险条例第十七条",)),
}  # fmt: skip
COUNTING = ("民法典第二百零一条", "民法典第二百零二条", "民法典第二百零三条")
COURT_COUNTING = ("民事诉讼法第八十五条",)
ARTICLES = tuple(dict.fromkeys(a for term in TERMS.values() for a in term.articles)) + COUNTING + COURT_COUNTING


class Deadline(Inputs):
    kind: Annotated[
        Kind,
        Field(
            title="哪种期限",
            description="labour 劳动争议仲裁，wages_left 已离职讨工资，wages_working 还在职讨工资，civil 一般欠款、合同、侵权，"
            "award 不服仲裁裁决，judgment 对判决上诉，ruling 对裁定上诉，enforcement 申请执行，injury 申请工伤认定",
        ),
    ]
    start_on: Annotated[
        Day | None, Field(title="从哪天起", description="知道权利受损、离职、收到文书、应履行或受伤的那天")
    ] = None
    interrupted: Annotated[
        tuple[Day, ...],
        Field(
            max_length=50,
            title="催要或对方同意还的日期",
            description="催要、投诉、对方答应或部分还的日期，可以填几个；打过官司、仲裁的填程序结束那天",
        ),
    ] = ()
    blocked_from: Annotated[
        Day | None, Field(title="障碍开始", description="不可抗力等使您没法主张权利的，从哪天起")
    ] = None
    blocked_to: Annotated[Day | None, Field(title="障碍消除", description="到哪天消除；还没消除填今天")] = None
    harmed_on: Annotated[
        Day | None, Field(title="受损害的日期", description="权利实际受损的那天；和知道的那天不同才填，用来看二十年")
    ] = None


def compute(inputs: Deadline, rates: Rates, today: date) -> Result:
    if inputs.kind == "wages_working":
        return _no_limit()
    term = TERMS[inputs.kind]
    if inputs.start_on is None:
        raise CalculationError(f"还差“从哪天起”：{term.start}是哪天", "start_on")
    if any(day > today for day in inputs.interrupted):
        raise CalculationError("催要或对方同意还的日期在今天之后，请检查", "interrupted")
    if inputs.blocked_from and inputs.blocked_to is None and term.suspends != "no":
        raise CalculationError("还差“障碍消除”：到哪天消除，还没消除填今天", "blocked_to")
    base, steps, warnings = _restarted(inputs, term)
    end = _end(base, term)
    steps.append(f"从 {base} 的第二天起算{_length(base, term)}，最后一天是 {end}（{weekday(end)}）")
    end = _suspended(inputs, term, base, end, steps)
    if inputs.kind == "civil":
        end = _longest(inputs, end, steps)
    left = days_between(today, end)
    if end.weekday() >= 5:
        warnings.append("最后一天遇上法定休假日的，顺延到假后第一天；稳妥起见，别等到那天。")
    gone = left < 0
    headline = (
        f"{term.title}：按这些日期，{end} 已经过了 {-left} 天。"
        if gone
        else f"{term.title}：最后一天 {end}，还有 {left} 天。"
    )
    if gone:
        warnings.append("过了不等于一定没办法：中间催过、对方答应过、有法定障碍的，请拨 12348 问清再决定。")
    elif left <= 30:
        warnings.append("时间很紧，先递材料、再补证据；也可以问法律援助能不能先行援助。")
    return Result(
        headline=headline,
        figures=(Figure(label="还剩", value=Decimal(max(left, 0)), unit="天", steps=tuple(steps)),),
        articles=_articles(inputs, term),
        changes=_changes(inputs, term),
        warnings=tuple(warnings),
        deadline=f"{end}（{weekday(end)}）" + ("，已经过了" if gone else ""),
    )


def _no_limit() -> Result:
    return Result(
        headline="还在职的，讨拖欠的工资不受一年时效限制；离职了，要在离职之日起一年内申请仲裁。",
        articles=("劳动争议调解仲裁法第二十七条",),
        changes=("一旦离职，一年的时间就开始算。", "工资以外的请求（比如双倍工资、经济补偿）仍然是一年。"),
    )


def _end(base: date, term: Term) -> date:
    """The last day: the corresponding day, the first day not counted."""
    if term.days:
        return date.fromordinal(base.toordinal() + term.days)
    if term is TERMS["civil"]:
        old = add_months(base, 24)
        return old if old < THREE_YEARS_SINCE else add_months(base, term.months)
    return add_months(base, term.months)


def _length(base: date, term: Term) -> str:
    if term.days:
        return f" {term.days} 天"
    if term is TERMS["civil"] and add_months(base, 24) < THREE_YEARS_SINCE:
        return "两年（2017年10月1日以前的规定）"
    return f" {term.months // 12} 年"


def _restarted(inputs: Deadline, term: Term) -> tuple[date, list[str], list[str]]:
    """Where the period now runs from: each interruption within the running period begins it anew."""
    base = inputs.start_on
    assert base is not None
    steps, warnings = [f"{term.start}：{base}"], []
    if inputs.interrupted and not term.restarts:
        warnings.append("这种期限不因为催要而重新起算。")
        return base, steps, warnings
    for day in sorted(set(inputs.interrupted)):
        if day <= base:
            continue
        end = _suspended(inputs, term, base, _end(base, term), [])
        if day > end:
            warnings.append(f"{day} 那次在 {end} 期满以后，一般不再重新起算；但对方那时同意履行的，可以继续要。")
            break
        base = day
        steps.append(f"{day} 催要或对方同意，时效中断，从这天重新起算")
    return base, steps, warnings


def _suspended(inputs: Deadline, term: Term, base: date, end: date, steps: list[str]) -> date:
    if inputs.blocked_from is None or inputs.blocked_to is None or term.suspends == "no":
        return end
    in_order(inputs.blocked_from, inputs.blocked_to, "障碍消除的日期早于开始的日期，请检查", "blocked_to")
    late = term.suspends in ("six_months", "goes_on_late")
    window = max(add_months(end, -LAST_MONTHS), base) if late else base
    first, last = max(inputs.blocked_from, window + ONE_DAY), inputs.blocked_to
    if first > end or last < first:
        if late and steps:
            steps.append("障碍不在最后六个月里，时效不中止")
        return end
    if term.suspends == "six_months":
        end = max(end, add_months(last, LAST_MONTHS))
        steps.append(f"最后六个月内有障碍，消除之日 {last} 起满六个月届满：{end}")
        return end
    days = (last - first).days + 1
    end = date.fromordinal(end.toordinal() + days)
    steps.append(f"有障碍的 {days} 天不算，消除后接着算，最后一天 {end}")
    return end


def _longest(inputs: Deadline, end: date, steps: list[str]) -> date:
    harmed = inputs.harmed_on or inputs.start_on
    assert harmed is not None and inputs.start_on is not None
    if harmed > inputs.start_on:
        raise CalculationError("受损害的日期不能晚于知道受损害的日期，请检查", "harmed_on")
    longest = add_months(harmed, 12 * LONGEST_YEARS)
    if longest < end:
        steps.append(f"从受损害 {harmed} 起最长二十年，到 {longest} 为止，不因中断、中止延长")
        return longest
    return end


def _articles(inputs: Deadline, term: Term) -> tuple[str, ...]:
    counting = COURT_COUNTING if inputs.kind in ("judgment", "ruling", "enforcement") else COUNTING[:2]
    return (*term.articles, *counting)[:5]


def _changes(inputs: Deadline, term: Term) -> tuple[str, ...]:
    lines = []
    if term.restarts:
        lines.append("催要过、投诉过、对方答应过或还过一部分，都会重新起算；要留下能证明日期的证据。")
        lines.append("打官司、申请仲裁的，从程序结束那天重新起算；不可抗力等障碍会使时效停住。")
    if inputs.kind == "civil":
        lines.append("同一笔债分期还的，从最后一期到期起算；抚养费、赡养费等请求不受时效限制。")
        lines.append("过了时效法院不会主动提，要对方提出来才算数；对方同意还的，不能再反悔。")
    if inputs.kind == "labour":
        lines.append("讨要拖欠的工资，在职期间不受一年限制。")
    if inputs.kind == "injury":
        lines.append("单位应当在 30 天内申请；单位没申请，您自己在一年内申请。")
    return tuple(lines or ["文书送达的日期以签收、留置等送达回证为准。"])


CALCULATOR = Calculator("deadline", "时效和期限", Deadline, compute, ARTICLES)
