"""Mediation: offered where it fits, never with violence at home; the request; the case that comes of it, through the real actions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import select

from actions.runtime import Runtime
from bot.channels.wechat import render
from cases import schema, staff, status
from cases.database import Database
from knowledge.content import load_content
from service import casework, mediation
from service.answering import Answerer
from service.brief import Brief
from service.cards import Card
from service.choices import choice_payload
from service.intake import script
from service.mediation import ABOUT, LABEL, MediationInterview, fits
from service.runtime import Knowledge
from settings.clock import FixedClock
from tests.fakes.dialogue import Talker
from tests.fakes.empty import empty_database
from tests.unit.test_cases_database import secrets
from tests.unit.test_handoff_dialogue import NOON

INTERVIEW = MediationInterview()
NOISE = "楼上天天半夜吵，睡不着"
REST = ("楼上 302 姓李", "说过两次，没用", "先别联系", "晚上十点以后别吵", "民治", "就在这里回复我", "姓王")


@pytest.fixture
def runtime(tmp_path: Path, answerer: Answerer) -> Iterator[Runtime]:
    empty_database(tmp_path / "x.db")
    clock = FixedClock(NOON)
    database = Database(f"sqlite:///{tmp_path}/x.db", secrets=secrets(), clock=clock)
    knowledge = Knowledge(answerer.content, answerer._engine.book, answerer._engine, answerer._gate, answerer)
    yield Runtime(knowledge, database, clock)
    database.close()


@pytest.fixture
def talker(runtime: Runtime) -> Talker:
    return Talker(runtime)


def chooses(talker: Talker, target: str) -> Card:
    """A choice of a card from before."""
    return talker._turn(LABEL, choice_payload(target), "choose")


def asks(talker: Talker, dispute: str = "邻居之间", story: str = NOISE) -> None:
    """As far as the story."""
    chooses(talker, mediation.START)
    talker.pick("同意，申请调解")
    talker.pick(dispute)
    if talker.cards[-1].conclusion.startswith("发生了什么事"):
        talker.say(story)


def labels(card: Card) -> list[str]:
    return [choice.label for choice in card.choices]


def all_cases(talker: Talker) -> list[Any]:
    with talker.runtime.database.read() as session:
        return list(session.execute(select(schema.cases)).all())


def card(title: str = "", kind: Any = "answer") -> Card:
    return Card(kind=kind, title=title, conclusion="先留证据。")


@pytest.mark.parametrize(
    ("source", "words", "offered"),
    [
        ("property.neighbour.noise", ["楼上太吵"], True),
        ("property.fees.bad-service", ["物业不管事，能不交物业费吗"], True),
        ("labour.wages.arrears", ["老板欠我工资"], True),
        ("marriage.children.support-arrears", ["前夫不给抚养费"], True),
        ("guide.marriage.divorce", [], True),
        ("renting.deposit.not-returned", ["押金不退"], False),
        ("renting.deposit.not-returned", ["房东不退押金，想找人调解"], True),
        (None, ["申请人民调解"], True),
        (None, ["法院调解书签了还能反悔吗"], False),
        # violence: in this sentence, in an earlier one
        ("marriage.children.support-arrears", ["前夫打过我，还不给抚养费"], False),
        ("marriage.children.support-arrears", ["他老是动手", "前夫不给抚养费"], False),
        (None, ["老公家暴，申请调解行吗"], False),
        ("property.neighbour.noise", ["我说他吵，他威胁我"], False),
        ("marriage.children.support-arrears", ["我妈动手术要钱，前夫不给抚养费"], True),
        ("property.neighbour.noise", ["楼上太吵，打我电话没用"], True),
        # what mediation cannot do
        ("labour.wages.criminal", ["拖欠工资会坐牢吗"], False),
        ("protection.family-violence.evidence", ["怎么留证据"], False),
    ],
)
def test_it_is_offered_where_it_fits(source: str | None, words: list[str], offered: bool) -> None:
    assert mediation.suits(card(), source, words) is offered


def test_a_result_that_reads_violence_back_offers_no_mediation() -> None:
    assert mediation.suits(card("您想离婚", "result"), "guide.marriage.divorce", [])
    assert not mediation.suits(card("您想离婚、遭受家暴", "result"), "guide.marriage.divorce", [])
    assert not mediation.suits(card(kind="safety"), "property.neighbour.noise", ["楼上太吵"])


def test_every_answer_and_guide_named_exists() -> None:
    content = load_content()
    known = [*content.faqs, *content.guides]
    for start in (*fits().answers, *fits().guides, *fits().unless):
        assert any(id_.startswith(start) for id_ in known), start
    asked = next(q for q in script("mediation").questions if q.id == "dispute")
    assert set(fits().topics) == {c.id for c in asked.choices} - {"other"}
    assert set(fits().topics.values()) <= set(content.topics)


def test_what_it_is_with_the_articles_word_for_word(answerer: Answerer) -> None:
    said = mediation.about(answerer._gate)
    quoted = {c.label: c.text or "" for c in said.citations if c.kind == "quoted"}
    assert "不收取任何费用" in quoted["《人民调解法》第四条"]
    assert "三十日内共同向人民法院申请司法确认" in quoted["《人民调解法》第三十三条"]
    assert "当事人住所地、标的物所在地、调解组织所在地" in quoted["《民事诉讼法》第二百零五条"]
    assert "向人民法院申请执行" in quoted["《民事诉讼法》第二百零六条"]
    assert said.deadline and "三十日" in said.deadline


def test_from_the_offer_to_a_case_of_its_kind(talker: Talker) -> None:
    chooses(talker, ABOUT)
    assert "司法确认" in talker.pick("申请调解").conclusion or "要您同意" in talker.cards[-1].conclusion
    assert "值班律师" in talker.cards[-1].conclusion
    talker.pick("同意，申请调解")
    talker.pick("邻居之间")
    talker.say(NOISE)
    for answer in REST:
        talker.say(answer)
    assert "联系对方以前要先问本人" in talker.cards[-1].steps
    said = talker.pick("都对，申请调解")
    assert (said.kind, said.title) == ("handoff", "申请了调解") and said.case_code
    (row,) = all_cases(talker)
    assert (row.kind, row.topic, row.street) == ("mediation", "property", "minzhi")
    brief = Brief.model_validate(row.brief)
    facts = [line.text for line in brief.facts]
    assert {"邻里纠纷", f"经过：{NOISE}", "联系对方以前要先问本人"} <= set(facts)
    assert [line.text for line in brief.people] == ["对方：楼上 302 姓李"]
    with talker.runtime.database.write() as session:
        lawyer = staff.add(session, name="林", login="lin", password_hash="x", role="lawyer")
        assert [r.kind for r in casework.queue(session, lawyer, kind="mediation").rows] == ["mediation"]
        assert casework.queue(session, lawyer, kind="lawyer").rows == []
        assert casework.queue(session, lawyer).total == 1


def test_the_last_turn_run_twice_opens_one_case(talker: Talker) -> None:
    asks(talker)
    talker.pick("就到这里，申请调解")
    again = talker.turn
    talker.looping = True
    talker._answer(again)
    assert len(all_cases(talker)) == 1


def test_who_asks_for_a_lawyer_has_a_lawyers_case(talker: Talker) -> None:
    talker.say("我要找律师", "find_lawyer")
    talker.pick("同意，转给律师")
    talker.say("房东不退押金")
    talker.pick("就到这里，交给律师")
    assert [row.kind for row in all_cases(talker)] == ["lawyer"]


def test_without_consent_nothing_is_handed_over(talker: Talker) -> None:
    chooses(talker, mediation.START)
    said = talker.pick("不同意")
    assert said.title == "没有申请调解" and labels(said) == ["哪里能调解", "转给律师"]
    assert all_cases(talker) == []


def test_family_violence_ends_it_at_once_with_a_way_to_safety(talker: Talker) -> None:
    asks(talker, "家里的事")
    said = talker.pick("有这样的事")
    assert (said.kind, said.title) == ("safety", "这件事不走调解")
    assert "110 报警" in said.where and labels(said) == ["马上转给律师"]
    assert all_cases(talker) == []
    assert "要您同意" in talker.pick("马上转给律师").conclusion


def test_violence_told_in_the_story_ends_it_too(talker: Talker) -> None:
    asks(talker, "家里的事")
    talker.pick("没有")
    assert talker.say("去年他喝醉打过我，现在为孩子的事吵").title == "这件事不走调解"
    assert all_cases(talker) == []


def test_violence_told_before_bars_the_way_from_an_old_card(talker: Talker) -> None:
    talker.say("我前夫以前打过我，现在不给抚养费")
    assert LABEL not in labels(talker.cards[-1])
    for target in (ABOUT, mediation.START):
        assert chooses(talker, target).title == "这件事不走调解"


def test_it_cannot_be_cut_short_before_safety_is_asked() -> None:
    told = {"consent": "agree", "story": NOISE}
    assert INTERVIEW.cut_short(told) is None
    assert INTERVIEW.cut_short({**told, "dispute": "family"}) is None
    assert INTERVIEW.cut_short({**told, "dispute": "family", "safe": "none"}) == "done"
    assert INTERVIEW.cut_short({**told, "dispute": "neighbour"}) == "done"
    question = next(q for q in INTERVIEW.script.questions if q.id == "safe")
    assert INTERVIEW.read(question, "不清楚", NOON.date()) == {}
    assert "不清楚" not in labels(INTERVIEW.question_card(question, {"consent": "agree", "dispute": "family"}))


def test_on_wechat_a_typed_number_is_the_choice_and_all_is_said(runtime: Runtime) -> None:
    talker = Talker(runtime, channel="wechat")
    said = chooses(talker, ABOUT)
    words = "".join(render.messages(said.model_dump(mode="json"), link=""))
    assert "人民调解不收费" in words and "三十日内" in words
    picked = render.choice_of("1", said.model_dump(mode="json"))
    assert picked == said.choices[0].id == "c1"
    assert "要您同意" in talker.pick(said.choices[0].label).conclusion


def test_put_off_and_gone_on_with(talker: Talker) -> None:
    asks(talker)
    talker.pick("先不说了")
    assert "对方是谁" in talker.pick("接着说").conclusion


def test_to_cancel_a_meeting_without_a_case_is_answered_so(talker: Talker) -> None:
    said = talker.say("取消预约", "case_status")
    assert said.title == "没有约见面" and "不用取消" in said.conclusion and labels(said) == ["转给律师"]
    assert talker.say("约个时间见面", "case_status").title == "先转给律师"


def test_kinds_are_labelled() -> None:
    assert set(status.KIND_LABELS) == set(get_args(status.Kind)) == set(status.KINDS)
