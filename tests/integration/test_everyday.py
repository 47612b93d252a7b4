"""The shortest questions of everyday life meet their topic, with the encoder, the content and the thresholds as shipped."""

import json
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from knowledge.content import Content
from knowledge.search.sparse import tokens
from service.answering import OFF_TOPIC, Answerer
from service.cards import Card
from service.normalise import normalise
from service.runtime import open_knowledge
from settings import get_settings
from settings.clock import SHANGHAI, FixedClock

TOPICS: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("everyday.yml").read_text("utf-8"))
QUESTIONS = [(text, topic) for topic, texts in TOPICS.items() for text in texts]
MOST_ASKED_BACK = 0.15


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return open_knowledge(get_settings(), FixedClock(datetime(2026, 11, 26, 9, tzinfo=SHANGHAI))).answerer


def topics(card: Card, content: Content) -> set[str]:
    """Of the answer, the guide, or all that may be chosen."""
    targets = [
        json.loads(choice.payload.removeprefix("/choose"))["choice"].partition(":")[2] for choice in card.choices
    ]
    if card.kind == "guide":
        targets = targets[:1]
    faqs = {card.faq_id, *targets}
    found = {content.faqs[id_].topic for id_ in faqs if id_ in content.faqs}
    return found | {content.guides[id_].topic for id_ in targets if id_ in content.guides}


@pytest.mark.parametrize(("text", "topic"), QUESTIONS)
def test_a_short_question_meets_its_topic(text: str, topic: str, answerer: Answerer) -> None:
    card = answerer.answer(text)
    assert card.kind in ("answer", "guide", "clarify")
    assert topic in topics(card, answerer.content), f"{card.kind} {card.title}"


BARE = {
    "工资没发": "labour", "押金": "renting", "离婚": "marriage", "车祸": "traffic", "被打了": "injury", "遗产": "inheritance",
    "被骗了": "crossing", "被裁了": "labour", "欠薪": "labour", "工伤": "labour", "假货": "consumer", "漏水": "property",
}  # fmt: skip
SMALL_TALK = [
    "天气",
    "今天天气",
    "写首诗",
    "唱首歌",
    "股票",
    "做饭",
    "讲个笑话",
    "今天好累",
    "找对象",
    "减肥",
    "感冒",
    "哈哈哈",
]


@pytest.mark.parametrize(("text", "topic"), BARE.items())
def test_a_bare_word_for_a_problem_is_taken_up(text: str, topic: str, answerer: Answerer) -> None:
    card = answerer.answer(text)
    assert card.kind in ("answer", "guide", "clarify")
    assert topic in topics(card, answerer.content), f"{card.kind} {card.title}"


@pytest.mark.parametrize("text", SMALL_TALK)
def test_a_bare_word_of_small_talk_is_declined(text: str, answerer: Answerer) -> None:
    assert answerer.answer(text).conclusion == OFF_TOPIC


def test_the_question_of_every_answer_finds_it(answerer: Answerer) -> None:
    """With the vectors the index holds already: embedding them anew would take a minute."""
    index, lost = answerer._engine.faqs, []
    for number, (key, text) in enumerate(zip(index._keys, index._texts, strict=True)):
        if key.endswith("#0") and index.search(index._vectors[number], tokens(normalise(text)), 1)[0].id != key[:-2]:
            lost.append(key)
    assert lost == []


def test_few_are_asked_back(answerer: Answerer) -> None:
    back = [text for text, _ in QUESTIONS if answerer.answer(text).kind == "clarify"]
    assert len(back) <= MOST_ASKED_BACK * len(QUESTIONS), back
