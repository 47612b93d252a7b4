"""What a message means after the one before it; several questions answered one by one; questions in the middle of others."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.runtime import Runtime
from cases.database import Database
from service.answering import Answerer
from service.calculator_script import calculator
from service.cards import Card, CardChoice
from service.choices import choice
from service.followups import asks_on, is_part, narrowed
from service.runtime import Knowledge
from service.threads import MOST_AT_ONCE, aside, grounded, in_thread, one_by_one, sum_about, thread_card
from settings.clock import FixedClock
from tests.fakes.dialogue import Talker
from tests.fakes.empty import empty_database
from tests.unit.test_cases_database import secrets

DEPOSIT, WAGES, DOG = "renting.deposit.not-returned", "labour.wages.arrears", "injury.accident.dog-bite"


@pytest.fixture
def talker(tmp_path: Path, answerer: Answerer) -> Iterator[Talker]:
    empty_database(tmp_path / "x.db")
    clock = FixedClock(datetime(2026, 11, 24, 4, tzinfo=UTC))
    database = Database(f"sqlite:///{tmp_path}/x.db", secrets=secrets(), clock=clock)
    knowledge = Knowledge(answerer.content, answerer._engine.book, answerer._engine, answerer._gate, answerer)
    yield Talker(Runtime(knowledge, database, clock))
    database.close()


def answer(title: str = "退押金", faq_id: str = DEPOSIT, **parts: object) -> Card:
    return Card.model_validate({"kind": "answer", "title": title, "conclusion": "应退。", "faq_id": faq_id, **parts})


def asking(*targets: str) -> Card:
    choices: list[CardChoice] = [choice(n, target, target) for n, target in enumerate(targets, 1)]
    return Card(kind="clarify", title="先确认一下", conclusion="哪一个？", choices=choices)


THANKS = Card(kind="notice", conclusion="不客气。")
FULL = answer(where=["法院"], deadline="三年。", evidence=["合同"])


def test_two_parts_asked_for_at_once_come_in_one_card() -> None:
    card = narrowed(FULL, "去哪里告要带什么材料")
    assert card and (card.where, card.evidence, card.deadline) == (["法院"], ["合同"], None)
    assert card.title == "退押金：去哪里、要准备的材料" and is_part(card)


def test_a_part_of_a_card_is_asked_on_about_as_the_card() -> None:
    part = narrowed(FULL, "时效多久")
    assert part and part.conclusion == "三年。"
    for between in ([part], [THANKS], [asking("faq:renting.contract.no-written")], [THANKS, part]):
        found = thread_card([*between, FULL], "去哪里办")[1]
        assert found and found.where == ["法院"]


@pytest.mark.parametrize("since", [[answer(faq_id=WAGES)], [asking(f"faq:{WAGES}")]], ids=["answer", "choice"])
def test_another_matter_ends_the_one_before(since: list[Card]) -> None:
    assert thread_card([*since, FULL], "去哪里办") == (since[0], None)


def test_whoever_asks_for_the_law_gets_all_that_the_answer_rests_on(answerer: Answerer) -> None:
    whole = answerer.faq_card(DEPOSIT)
    assert len(whole.citations) > 1
    short = whole.model_copy(update={"citations": whole.citations[:1]})
    for text, wanted in (("依据哪条法律", whole.citations), ("去哪里办", whole.citations[:1])):
        part = narrowed(short, text)
        assert part and grounded(answerer, part, short, text).citations == wanted
    guide = answerer.guide_card(next(iter(answerer.content.guides)))
    short = guide.model_copy(update={"citations": guide.citations[:1]})
    part = narrowed(short, "依据哪条法律")
    assert part and grounded(answerer, part, short, "依据哪条法律").citations == guide.citations


def test_nothing_said_yet_is_nothing_to_ask_on_about() -> None:
    assert thread_card([], "去哪里办") == (None, None)


def test_a_matter_of_another_topic_that_is_surely_known_is_answered_by_itself(answerer: Answerer) -> None:
    before = answerer.answer("房东不退押金")
    assert in_thread(answerer, "被别人的狗咬了，怎么赔？", "房东不退押金", before).faq_id == DOG


def test_words_that_say_nothing_alone_mean_the_question_before(answerer: Answerer) -> None:
    before = answerer.answer("房东不退押金")
    assert in_thread(answerer, "他就是不给", "房东不退押金怎么办", before).faq_id == DEPOSIT


def test_a_sum_without_a_name_is_that_of_the_matter(answerer: Answerer) -> None:
    script = sum_about(answerer.faq_card(WAGES))
    assert script and script.id == "calc:unpaid-wages"
    assert sum_about(answerer.faq_card(DOG)) is None and sum_about(None) is None


def test_a_long_story_that_asks_in_passing_is_one_matter(answerer: Answerer) -> None:
    story = (
        "我前年从老家过来，在一家做灯具的店里帮忙，老板人看着和气，谁知道他心里怎么想的。头几个月都好好的，后来生意淡了，"
        "他就说先缓一缓，我也没多想，谁家没个难处呢。另外他老婆管账，我找过她两回，她说不知道。昨天我又去店里，门都锁了，"
        "邻居说看见他们半夜搬东西，我一个人站在门口不知道往哪里去。"
    )
    assert one_by_one(answerer, story) == []


def test_two_matters_in_one_message_are_answered_one_by_one(answerer: Answerer) -> None:
    cards = one_by_one(answerer, "公司三个月没发工资怎么办？还有房东不退押金怎么办")
    assert [card.faq_id for card in cards] == [WAGES, DEPOSIT]


@pytest.mark.parametrize(
    "text",
    [
        "房东不退押金怎么办？去哪里告？",
        "房东不退押金怎么办？还有押金房东不退怎么办",
        "老公正在打我怎么办？还有房东不退押金怎么办",
        "公司欠薪",
    ],
)
def test_one_matter_or_danger_is_no_list(text: str, answerer: Answerer) -> None:
    assert one_by_one(answerer, text) == []


def test_of_many_questions_the_rest_is_offered(answerer: Answerer) -> None:
    text = "房东不退押金怎么办？公司三个月没发工资怎么办？朋友借钱到期不还怎么办？被别人的狗咬了怎么赔？"
    *first, rest = one_by_one(answerer, text)
    assert len(first) == MOST_AT_ONCE and rest.kind == "clarify" and rest.steps == ["被别人的狗咬了怎么赔？"]
    assert [each.payload for each in rest.choices] == [f'/choose{{"choice": "faq:{DOG}"}}']


def test_a_question_in_an_interview_is_read_in_its_light(answerer: Answerer) -> None:
    guide = answerer.content.faqs[DEPOSIT].guide or ""
    assert aside(answerer, "请问时效多久", "calc_deadline", guide).title.endswith("：期限")
    assert aside(answerer, "去哪里投诉", "complaint", guide).where
    assert aside(answerer, "被别人的狗咬了怎么赔", "legal_question", guide).faq_id == DOG


def test_a_question_in_a_sum_is_about_what_is_summed(answerer: Answerer) -> None:
    script = calculator("calc:unpaid-wages")
    assert script and script.guide in answerer.content.guides
    assert aside(answerer, "去哪里投诉", "complaint", script.id).where


@pytest.mark.parametrize("text", ["那打针的钱谁出", "要是他不认呢", "但是我没有合同", "时效多久"])
def test_words_that_carry_on_are_heard(text: str) -> None:
    assert asks_on(text)


@pytest.mark.parametrize(
    "text", ["那个健身房关门了", "那家公司欠薪", "房东不退押金", "要是公司不给我签劳动合同也不交社保我能怎么办"]
)
def test_a_new_story_is_not(text: str) -> None:
    assert not asks_on(text)


def test_the_thread_goes_on_whatever_rasa_heard(talker: Talker) -> None:
    talker.say("房东不退押金")
    for text, intent in (("时效多久", "calc_deadline"), ("去哪里办", "find_place"), ("要不要请律师", "find_lawyer")):
        card = talker.say(text, intent)
        assert is_part(card) and "押金" in card.title, text


def test_a_wish_for_a_lawyer_is_still_one(talker: Talker) -> None:
    talker.say("房东不退押金")
    assert talker.say("我要找律师", "find_lawyer").kind == "question"


def test_several_questions_make_several_cards(talker: Talker) -> None:
    talker.say("公司三个月没发工资怎么办？还有房东不退押金怎么办")
    assert [card.faq_id for card in talker.cards] == [WAGES, DEPOSIT]
    assert talker.say("时效多久").faq_id == DEPOSIT
