"""Every action that answers words puts the lawyer on its card where the words give reason."""

from __future__ import annotations

from datetime import date

import pytest

from service.cards import Card
from service.offering import offered
from service.triage import Said, triage

TODAY = date(2026, 11, 24)
CARD = Card(kind="answer", conclusion="先投诉。", steps=["去投诉"], deadline="一年", lawyer_when=["公司失联"])


def on(text: str) -> Card:
    return offered(CARD, triage([Said(message_id="m", text=text, on=TODAY)], TODAY))


def test_without_reason_the_card_is_as_it_was() -> None:
    assert on("公司拖欠工资") == CARD


@pytest.mark.parametrize("text", ["没用", "我要找律师"])
def test_what_can_wait_is_only_a_choice(text: str) -> None:
    card = on(text)
    assert [c.label for c in card.choices] == ["转给律师"]
    assert (card.steps, card.lawyer_when, card.deadline) == (CARD.steps, CARD.lawyer_when, CARD.deadline)


def test_what_should_not_wait_says_why() -> None:
    card = on("我们二十几个工人没发工资")
    assert card.lawyer_when == ["您的情况：同一件事牵涉大约 20 人，十人以上的可以推选代表、一起办。", "公司失联"]
    assert card.steps == CARD.steps
    assert [(c.label, c.payload) for c in card.choices] == [
        ("转给律师", '/choose{"choice": "handoff:start"}'),
        ("大家一起登记（集体讨薪）", '/choose{"choice": "group:start"}'),
    ]


def test_what_must_not_wait_comes_first_with_its_day() -> None:
    card = on("昨天收到仲裁裁决书")
    assert [c.label for c in card.choices] == ["马上转给律师"]
    assert "马上转给律师" in card.steps[0] and card.steps[1] == "去投诉"
    assert card.deadline and "2026-12-08" in card.deadline and card.deadline.endswith("一年")
