"""A round of the quiz: what is asked, how it counts, how it travels; and the quiz in conversation."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.choices import choice_of
from knowledge.content import Content
from knowledge.quiz.bank import load_bank
from service.cards import Card
from service.gate import CitationGate
from service.quiz import LONGEST, Round, again, praise, shown, start
from service.quiz_cards import GONE, STOP, QuizTalk
from service.quiz_picture import Score
from tests.fakes.popular import BANK, question
from tests.unit.conftest import TODAY


@pytest.fixture
def talk(content: Content, gate: CitationGate) -> QuizTalk:
    return QuizTalk(BANK, content, gate)


def pick(talk: QuizTalk, card: Card, label: str, seed: str = "m2") -> list[Card]:
    payload = next(c.payload for c in card.choices if label in c.label)
    target = json.loads(payload.removeprefix("/choose"))["choice"]
    return talk.chosen(target.removeprefix("quiz:"), seed)


def test_a_round_has_ten_from_easy_to_hard_and_the_same_for_the_same_seed() -> None:
    begun = start(BANK, "a")
    assert begun and len(begun.left) == LONGEST == len(set(begun.left))
    levels = [("easy", "medium", "hard").index(BANK[id_].level) for id_ in begun.left]
    assert levels == sorted(levels)
    assert begun == start(BANK, "a") != start(BANK, "b")


def test_topic_and_level_narrow_it() -> None:
    begun = start(BANK, "a", topic="renting", level="easy")
    assert begun and {(BANK[i].topic, BANK[i].level) for i in begun.left} == {("renting", "easy")}
    assert start(BANK, "a", topic="nowhere") is None


def test_counting_right_wrong_and_in_a_row() -> None:
    now = Round(("quiz.labour.001", "quiz.labour.002", "quiz.labour.003", "quiz.labour.004"))
    for option in (1, 1, 0, 1):
        now = now.answered(BANK[now.left[0]], option)
    assert (now.asked, now.right, now.streak, now.best, now.wrong) == (4, 3, 1, 2, ("quiz.labour.003",))
    assert now.over and now.total == 4


@given(st.lists(st.booleans(), max_size=LONGEST), st.text(max_size=8))
def test_a_round_travels_as_text(answers: list[bool], seed: str) -> None:
    now = start(BANK, seed)
    assert now
    for right in answers:
        now = now.answered(BANK[now.left[0]], 1 if right else 0)
    assert Round.read(now.write(), BANK) == now


@given(st.text(max_size=60))
def test_strange_text_is_no_round(text: str) -> None:
    assert Round.read(text, BANK) is None


@pytest.mark.parametrize(
    "text",
    [
        "l=labour.001&w=&a=1&r=2&s=0&b=0",  # more right than asked
        "l=labour.999&w=&a=0&r=0&s=0&b=0",  # a question that is gone
        "l=labour.001&w=&a=10&r=10&s=0&b=0",  # longer than a round
        "l=labour.001&w=&a=2&r=1&s=0&b=1",  # the wrong one is missing
    ],
)
def test_a_round_that_does_not_add_up(text: str) -> None:
    assert Round.read(text, BANK) is None


def test_options_are_mixed_but_always_the_same_for_one_question() -> None:
    orders = [tuple(index for index, _ in shown(q)) for q in BANK.values()]
    assert len(set(orders)) > 2 and all(sorted(order) == [0, 1, 2] for order in orders)
    assert shown(question(3)) == shown(question(3))


def test_what_went_wrong_comes_back_and_nothing_unknown() -> None:
    ids = ["quiz.labour.002", "quiz.gone.001", "quiz.labour.002"]
    assert again(BANK, ids) == Round(("quiz.labour.002",))
    assert again(BANK, ["quiz.gone.001"]) is None


def test_praise_is_honest() -> None:
    assert "全答对" in praise(Round((), 10, 10, 10, 10))
    assert "没关系" in praise(Round((), 10, 0, 0, 0, tuple(BANK)[:10]))


def test_a_whole_round_in_conversation(talk: QuizTalk) -> None:
    menu = talk.offer("我想参加普法答题", "m1")
    assert menu.kind == "clarify" and [c.label for c in menu.choices][1:] == ["劳动与社保", "租房与城中村"]
    [asked] = pick(talk, menu, "租房")
    assert asked.kind == "question" and asked.title.startswith("第 1 题，共 7 题 · 租房")
    for number in range(1, 8):
        label = "可以晚" if number == 1 else "应当及时"
        verdict, asked = pick(talk, asked, label)
        assert verdict.title.startswith("答错了，应该选“应当及时足额支付”" if number == 1 else "答对了")
        assert verdict.citations[0].label == "《劳动合同法》第三十条" and verdict.citations[0].text
    assert asked.title == "答了 7 题，对了 6 题" and "连对 6 题" in asked.conclusion
    [once_more] = pick(talk, asked, "错的 1 题")
    assert once_more.title.startswith("第 1 题，共 1 题")


def test_no_topic_is_named_by_words_that_name_none(content: Content, gate: CitationGate) -> None:
    """“继承与赠与” ends in the very word its parts are told apart by."""
    talk = QuizTalk(load_bank(), content, gate)
    assert talk.offer("我想参加普法答题", "m1").kind == "clarify"
    assert "继承" in talk.offer("考考我赠与的法律", "m1").title


def test_a_topic_named_begins_at_once(talk: QuizTalk) -> None:
    assert (
        talk.offer("考考我租房的法律", "m1").title.endswith("入门")
        or "租房" in talk.offer("考考我租房的法律", "m1").title
    )


def test_stopping_keeps_the_score_said(talk: QuizTalk) -> None:
    asked = talk.question(start(BANK, "a"))
    _, asked = pick(talk, asked, "应当及时")
    [stopped] = pick(talk, asked, STOP)
    assert stopped.title == "答了 1 题，对了 1 题"


@pytest.mark.parametrize(
    "target", ["pick:1:rubbish", "pick:x:", "stop:", "nonsense", "new:nowhere", "again:quiz.gone.001"]
)
def test_what_no_longer_fits_says_so(talk: QuizTalk, target: str) -> None:
    assert talk.chosen(target, "m") == [GONE]


def test_on_wechat_a_number_answers(talk: QuizTalk) -> None:
    asked = talk.question(start(BANK, "a"))
    body = asked.model_dump(mode="json")
    assert choice_of("2", body) == asked.choices[1].id
    assert choice_of(asked.choices[0].label, body) == asked.choices[0].id


def test_a_score_travels_as_text() -> None:
    score = Score(8, 10, 5, TODAY)
    assert Score.read(score.write()) == score and Score.read("x") is None and Score.read("1_2_3_20269999") is None
