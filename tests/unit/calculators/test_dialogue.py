"""The calculators as interviews: what was said is taken, what is missing asked, and the result says both."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calculators import CALCULATORS
from knowledge.calculators.core import CalculationError
from knowledge.calculators.scripts import CalculatorScript, load_scripts
from knowledge.content import Content
from service.answering import Answerer
from service.calculator_script import CalculatorInterview
from service.hearing import _pattern, heard
from service.spoken import parse_rate, parse_years
from tests.unit.calculators.test_inputs_and_rates import GOOD

TODAY = date(2026, 11, 23)
SCRIPTS = load_scripts()
IDS = sorted(SCRIPTS)


def talk(name: str, first: str, *replies: str) -> tuple[CalculatorInterview, dict[str, str], list[str]]:
    """Play an interview: the answers and the questions asked."""
    interview = CalculatorInterview(SCRIPTS[f"calc:{name}"])
    answers, asked = interview.heard(first, TODAY), []
    for reply in replies:
        question = interview.next_question(answers, TODAY)
        assert question is not None, f"nothing left to ask before {reply!r}"
        asked.append(question.id)
        said = interview.read(question, reply, TODAY)
        assert said, f"{question.ask} <- {reply}"
        answers.update(said)
    return interview, answers, asked


def test_there_is_one_for_every_calculator_and_every_intent() -> None:
    assert {script.calculator for script in SCRIPTS.values()} == set(CALCULATORS)
    assert len({script.intent for script in SCRIPTS.values()} - {None}) == 14


@pytest.mark.parametrize("id_", IDS)
def test_a_script_fits_its_calculator(id_: str, content: Content) -> None:
    script = SCRIPTS[id_]
    calculator = CALCULATORS[script.calculator]
    assert script.guide is None or script.guide in content.guides
    for question in script.questions:
        assert len(question.choices) <= 9  # picked by number, 1 to 9
        for written in (*question.heard, *(p for c in question.choices for p in c.heard)):
            _pattern(written)
        for choice in question.choices:
            values: dict[str, Any] = {**GOOD[script.calculator], question.id: choice.id}
            try:
                calculator.read(values)
            except CalculationError as error:
                assert error.field != question.id, error


@pytest.mark.parametrize("id_", IDS)
@given(text=st.text(max_size=60))
def test_no_message_breaks_the_hearing(id_: str, text: str) -> None:
    heard(SCRIPTS[id_], text, TODAY)


@pytest.mark.parametrize("id_", IDS)
def test_whatever_a_calculator_reads_may_be_filled_in(id_: str) -> None:
    """What the command line takes, the form takes too, and a conversation can hear or ask."""
    asked = {question.id for question in SCRIPTS[id_].questions}
    assert asked == set(CALCULATORS[SCRIPTS[id_].calculator].inputs.model_fields)


SAID = [
    ("loan-interest", "借了10万 砍头息1万 2022年3月1日起诉的", {"deducted": "10000", "filed_on": "2022-03-01"}),
    ("overtime", "时薪20 周末加班10小时", {"hourly_wage": "20", "restday_hours": "10"}),
    ("double-wage", "该签无固定期限合同公司不签", {"matter": "open_ended"}),
    ("severance", "我月薪8000干了3年 n+1是多少", {"monthly_wage": "8000", "worked_years": "3", "how": "article40"}),
    ("severance", "2N是多少 我月薪一万二干了四年", {"monthly_wage": "12000", "worked_years": "4", "how": "unlawful"}),
    ("severance", "2018年6月进厂到现在 月工资5500 补偿金多少", {"started": "2018-06-01", "monthly_wage": "5500"}),
    ("loan-interest", "借了5万 月息2分 一年利息多少 帮我算", {"principal": "50000", "annual_rate": "24"}),
    ("loan-interest", "10万块年利率12% 两年利息算一下", {"principal": "100000", "annual_rate": "12"}),
    ("deadline", "判决书10月8号收到 上诉截止到哪天", {"kind": "judgment", "start_on": "2026-10-08"}),
    ("inheritance", "老公过世 有公婆和一个儿子 房子200万", {"spouse": "yes", "common": "2000000", "children": "1"}),
    ("court-fee", "起诉欠款5万 诉讼费多少", {"matter": "property", "amount": "50000"}),
    ("work-injury", "十级工伤月薪6000能赔多少", {"grade": "10", "own_wage": "6000"}),
    ("unpaid-wages", "公司欠我3个月工资 月薪5000", {"months": "3", "monthly_wage": "5000"}),
    (
        "unpaid-wages",
        "日薪280 干了47天 老板给了5000",
        {"pay": "day", "daily_wage": "280", "days": "47", "paid": "5000"},
    ),
    ("unpaid-wages", "拖了我两个半月 每月4800", {"months": "2.5", "monthly_wage": "4800"}),
    ("court-fee", "离婚诉讼费算一下 财产100万", {"matter": "divorce", "amount": "1000000"}),
    ("deadline", "借条2022年6月1日到期 什么时候过时效", {"start_on": "2022-06-01"}),
    ("overtime", "月薪5000 周末加班20小时 算加班费", {"monthly_wage": "5000", "restday_hours": "20"}),
    (
        "contract-penalty",
        "定金5000 合同总价3万 商家反悔",
        {"deposit": "5000", "contract_amount": "30000", "breach_by": "receiver"},
    ),
    (
        "late-payment",
        "国企欠我们工程款30万 2026年1月5日验收",
        {"payer": "large", "unpaid": "300000", "delivered_on": "2026-01-05"},
    ),
    ("child-support", "月收入8000 两个孩子抚养费算一下", {"monthly_income": "8000", "children": "2"}),
]


@pytest.mark.parametrize(("name", "text", "values"), SAID, ids=[text for _, text, _ in SAID])
def test_values_are_taken_from_what_was_said(name: str, text: str, values: dict[str, str]) -> None:
    found = heard(SCRIPTS[f"calc:{name}"], text, TODAY)
    assert values.items() <= found.items(), found


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("unpaid-wages", "包工头给了一部分 帮我算剩下多少", "paid"),
        ("unpaid-wages", "试用期工资80% 帮我算应得多少", "monthly_wage"),
        ("double-wage", "没签合同双倍工资 2025年2月到2025年11月 算", "monthly_wage"),
        ("double-wage", "5月1号入职 没签合同到12月离职", "until"),
        ("inheritance", "房子240万 继承人4个 每人多少", "spouse"),
        ("deadline", "借条2022年6月1日到期 什么时候过时效", "kind"),
        ("annual-leave", "未休年假8天 日工资300 一共多少", "monthly_wage"),
        ("child-support", "拖欠了两年抚养费 每月1500 总共多少", "monthly_income"),
    ],
)
def test_what_was_not_said_is_not_heard(name: str, text: str, field: str) -> None:
    assert field not in heard(SCRIPTS[f"calc:{name}"], text, TODAY)


def test_only_what_is_missing_is_asked(answerer: Answerer) -> None:
    interview, answers, asked = talk("severance", "月薪8000干了3年，公司没理由辞退我，帮我算赔偿", "还没")
    assert asked == ["ended"]
    assert interview.next_question(answers, TODAY) is None
    card = answerer.outcome_card(interview, answers, TODAY)
    assert (card.kind, card.amounts[0].value) == ("result", Decimal(48000))
    assert "做了3年" in card.title and "8000元" in card.title
    assert card.amounts[0].steps and card.citations and card.choices


def test_a_rate_is_asked_for_only_when_the_sum_needs_it(answerer: Answerer) -> None:
    interview, answers, asked = talk(
        "loan-interest", "2019年3月1日借了10万，年利率24%", "不清楚", "还没", "没有", "3.0"
    )
    assert asked == ["due_on", "until", "paid", "lpr_filed"]
    assert answerer.outcome_card(interview, answers, TODAY).kind == "result"
    _, later, asked = talk("loan-interest", "2023年3月1日借了10万，年利率24%", "不清楚", "还没", "没有")
    assert "lpr_filed" not in asked and "lpr_made" not in asked
    assert CalculatorInterview(SCRIPTS["calc:loan-interest"]).next_question(later, TODAY) is None


def test_without_spouse_children_or_parents_the_second_order_is_asked_for(answerer: Answerer) -> None:
    none = ("没有",) * 4  # children, parents, children who died before, debts
    said = ("没有", "90万", *none, "2", "1", "没有")
    interview, answers, asked = talk("inheritance", "帮我算遗产怎么分", *said)
    assert asked[-3:] == ["siblings", "siblings_gone", "grandparents"]
    card = answerer.outcome_card(interview, answers, TODAY)
    assert card.kind == "result" and "第二顺序" in card.conclusion
    assert [amount.value for amount in card.amounts] == [Decimal(300000)] * 2
    open_ = {**answers, "siblings": "unknown"}
    assert answerer.outcome_card(interview, open_, TODAY).kind == "notice"  # not "the state takes it"


def test_several_demands_and_an_obstacle_are_heard(answerer: Answerer) -> None:
    interview, answers, asked = talk(
        "deadline", "诉讼时效 2018年5月1日到期", "2020年6月1日、2023年5月31日", "2026年1月10日", "2026年2月1日"
    )
    assert asked == ["interrupted", "blocked_from", "blocked_to"]
    assert answers["interrupted"] == "2020-06-01、2023-05-31"
    card = answerer.outcome_card(interview, answers, TODAY)
    assert card.deadline and card.deadline.startswith("2026-08-01")  # six months after the obstacle
    assert "2020-06-01、2023-05-31催过" in card.title
    _, one, asked = talk("deadline", "诉讼时效 2018年5月1日到期", "2020年6月1日", "没有")
    assert one["interrupted"] == "2020-06-01" and asked == ["interrupted", "blocked_from"]


def test_without_the_rate_the_card_says_what_to_enter(answerer: Answerer) -> None:
    interview, answers, _ = talk("loan-interest", "2019年3月1日借了10万，年利率24%", "不清楚", "还没", "没有", "不清楚")
    card = answerer.outcome_card(interview, answers, TODAY)
    assert card.kind == "notice"
    assert "没有核实到" in card.conclusion
    assert card.amounts == []


def test_dates_that_contradict_are_asked_again() -> None:
    interview, answers, _ = talk("severance", "2020年5月1日入职 月薪6000", "2019年1月1日", "1")
    mended, why = interview.mended(answers, TODAY)
    assert why and "早于入职" in why
    question = interview.next_question(mended, TODAY)
    assert question is not None and question.id == "ended"


@pytest.mark.parametrize("id_", IDS)
def test_knowing_nothing_ends_in_plain_words(id_: str, answerer: Answerer) -> None:
    interview = CalculatorInterview(SCRIPTS[id_])
    answers: dict[str, str] = {}
    for _ in range(30):
        question = interview.next_question(answers, TODAY)
        if question is None:
            break
        answers[question.id] = "unknown"
    card = answerer.outcome_card(interview, answers, TODAY)
    assert card.kind in ("notice", "result")
    assert not re.search(r"[a-z_]{4,}", card.conclusion)


def test_the_question_card_counts_what_is_left(answerer: Answerer) -> None:
    interview, answers, _ = talk("overtime", "月薪5000 算加班费", "10")
    question = interview.next_question(answers, TODAY)
    assert question is not None
    card = interview.question_card(question, answers)
    assert card.title == "第 3 问，共 5 问"
    assert card.choices[0].label == "不清楚"


@pytest.mark.parametrize(
    ("text", "years"), [("四年八个月", "4.6667"), ("五年半", "5.5"), ("8个月", "0.6667"), ("半年", "0.5"), ("5", "5")]
)
def test_lengths_of_time(text: str, years: str) -> None:
    assert parse_years(text) == Decimal(years)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("年利率12%", "12"),
        ("月息2分", "24"),
        ("利息1分5", "18"),
        ("一分半", "18"),
        ("五厘", "6"),
        ("百分之十五", "15"),
        ("月息百分之一", "12"),
        ("每月1.5%", "18"),
        ("没约定利息", "0"),
        ("日息万分之五", "18.25"),
        ("日利率0.05%", "18.25"),
        ("每天千分之一", "36.5"),
    ],
)
def test_rates_as_people_say_them(text: str, rate: str) -> None:
    assert parse_rate(text) == Decimal(rate)


@given(st.text(max_size=30))
def test_no_text_breaks_rates_and_years(text: str) -> None:
    parse_rate(text)
    parse_years(text)


def test_a_script_that_does_not_fit_is_refused() -> None:
    good = {"id": "principal", "type": "amount", "ask": "多少本金？"}
    with pytest.raises(ValueError, match="必填"):
        CalculatorScript.model_validate({"calculator": "loan-interest", "questions": [good]})
    with pytest.raises(ValueError, match="没有 nonsense"):
        CalculatorScript.model_validate({"calculator": "overtime", "questions": [{**good, "id": "nonsense"}]})
