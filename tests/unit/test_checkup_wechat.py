"""The check-up on WeChat: each question fits one message with choices by number, the report is one tap away."""

from __future__ import annotations

import pytest

from bot.channels.wechat import render
from bot.channels.wechat.choices import choice_of
from knowledge.content import Content
from knowledge.statutes.book import StatuteBook
from service.cards import Card
from service.checkup_cards import report_card
from service.checkup_report import build_report
from service.checkup_script import CheckupInterview
from service.gate import CitationGate
from tests.fakes.checkups import TODAY, mixed_answers, worst_answers

LINK = "https://xiaofa.example/c/c_0123.6923abcd.mac"


def cards(content: Content) -> list[Card]:
    """Every question that some firm is asked, once."""
    script, seen = CheckupInterview(content), {}
    for number, trade in enumerate(content.industries):
        for answers in (worst_answers(content, trade), mixed_answers(content, trade, number)):
            told: dict[str, str] = {}
            for question in script.script.questions:
                if question.id in answers:
                    seen[question.id] = script.question_card(question, told)
                    told[question.id] = answers[question.id]
    return list(seen.values())


def test_every_question_is_one_message_whose_choices_are_picked_by_number_or_word(content: Content) -> None:
    asked = cards(content)
    assert len(asked) > 80
    for card in asked:
        plain = card.model_dump(mode="json")
        (text,) = render.messages(plain, link=LINK)
        assert card.conclusion in text and card.title in text
        for number, choice in enumerate(card.choices, 1):
            assert choice.label in text
            assert choice_of(str(number), plain) == choice_of(choice.label, plain) == choice.id


@pytest.mark.parametrize("trade", ["electronics", "catering", "software"])
def test_the_report_names_the_worst_and_leads_to_page_and_lawyer(
    trade: str, content: Content, book: StatuteBook
) -> None:
    report = build_report(content, CitationGate(book, content, TODAY), worst_answers(content, trade), TODAY, None)
    card = report_card(report, "r_1", ["https://xiaofa.example/report/x"])
    text = "\n".join(render.messages(card.model_dump(mode="json"), link=LINK))
    for risk in report.risks[:3]:
        assert risk.title in text and risk.first_step in text
    assert LINK in text and "交给律师看" in text and "自动生成" in text
    assert [choice.label for choice in card.choices if choice.label.startswith("多说说")]
