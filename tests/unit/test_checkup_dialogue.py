"""The check-up in conversation, through the real actions and a real database; only Rasa's loop is played here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.action_ask_interview_answer import ActionAskInterviewAnswer
from actions.action_choose import ActionChoose
from actions.action_interview_result import ActionInterviewResult
from actions.action_start_checkup import ActionStartCheckup
from actions.runtime import Runtime
from actions.turn import SpeakingAction, Turn
from actions.validate_interview_form import ValidateInterviewForm
from cases import cards, conversations, people, reports
from cases.database import Database
from cases.interviews import current_interview
from knowledge.content import Content, load_content
from knowledge.statutes.book import StatuteBook
from service.answering import Answerer
from service.cards import Card
from service.checkup_report import Report
from service.gate import CitationGate
from service.runtime import Knowledge
from settings.clock import FixedClock
from tests.fakes.empty import empty_database
from tests.fakes.rasa import START
from tests.unit.test_cases_database import secrets

TODAY = date(2026, 11, 23)
CHECKUPS = Path(__file__).with_name("checkups")


@pytest.fixture(scope="module")
def checkups(content: Content) -> Content:
    """Two small domains of our own beside the real FAQs and references."""
    small = load_content(CHECKUPS)
    return Content(
        faqs=content.faqs, guides=content.guides, references=content.references,
        industries=small.industries, domains=small.domains,
    )  # fmt: skip


class Desk:
    """One person talking: what the rules in data/rules do, without Rasa."""

    def __init__(self, runtime: Runtime, conversation_id: str) -> None:
        self.runtime, self.conversation_id = runtime, conversation_id
        self.slots: dict[str, Any] = {}
        self.number, self.looping = 0, False
        self.last: list[Card] = []

    def say(self, text: str, intent: str = "nlu_fallback") -> Card:
        return self._turn(text, None, intent)

    def pick(self, label: str) -> Card:
        chosen = next(c for card in reversed(self.last) for c in card.choices if label in c.label)
        return self._turn(chosen.payload, chosen.payload.split('"choice": "')[1].removesuffix('"}'), "choose")

    def _turn(self, text: str, choice: str | None, intent: str) -> Card:
        self.number += 1
        self.turn = Turn(self.conversation_id, f"m{self.number}", text, intent, choice, TODAY)
        self.last = []
        if not self.looping:
            self._run(ActionChoose() if choice else ActionStartCheckup())
            self.looping = bool(self.slots.get("interview_script"))
        else:
            self._run(ValidateInterviewForm())
        if self.looping and self.slots.get("interview_answer"):
            self.looping = False
            self._run(ActionInterviewResult())
        elif self.looping:
            self._run(ActionAskInterviewAnswer())
        return self.last[-1]

    def _run(self, action: SpeakingAction) -> None:
        dispatcher = CollectingDispatcher()
        tracker = Tracker(self.conversation_id, self.slots, {}, [], False, None, {}, "action_listen")
        for event in action.act(self.runtime, self.turn, tracker, dispatcher):
            self.slots[event["name"]] = event["value"]
        with self.runtime.database.read() as session:
            for message in dispatcher.messages:
                body = cards.get_card(session, message["custom"]["card_id"])
                assert body
                self.last.append(Card.model_validate(body))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{empty_database(tmp_path / 'x.db')}", secrets=secrets(), clock=FixedClock(START))
    yield opened
    opened.close()


@pytest.fixture
def desk(database: Database, checkups: Content, book: StatuteBook, answerer: Answerer) -> Desk:
    gate = CitationGate(book, checkups, TODAY)
    mine = Answerer(answerer._engine, checkups, gate, answerer._model)
    knowledge = Knowledge(checkups, book, answerer._engine, gate, mine)
    with database.write() as session:
        person = people.find_or_create(session, channel="web", value="甲")
        here = conversations.current(session, person_id=person.id, channel="web")
    return Desk(Runtime(knowledge, database, FixedClock(START)), here.id)


def stored(desk: Desk) -> Report:
    with desk.runtime.database.read() as session:
        found = reports.last_report(session, desk.conversation_id, "checkup")
    assert found
    return Report.model_validate(found.body)


def test_a_quick_check_up_from_the_wish_to_the_report(desk: Desk) -> None:
    first = desk.say("给公司做个法律体检", "start_checkup")
    assert first.kind == "question" and "哪一行" in first.conclusion
    assert "不清楚" not in [c.label for c in first.choices]
    desk.pick("服装")
    card = desk.pick("快速版")
    assert card.title == "第 1 问，共 4 问 · 用工" and card.choices[-1].label == "先不说了"
    desk.pick("1到20人")
    desk.say("2")  # 有几个没签
    desk.pick("都交了")
    assert desk.pick("上一步").conclusion.startswith("员工都交了")
    desk.say("不清楚")
    card = desk.pick("没写")
    assert card.kind == "report"
    assert "没签书面劳动合同" in card.conclusion and card.attachments[0].startswith("/report/")
    assert card.citations and all(c.text for c in card.citations)
    report = stored(desk)
    assert [risk.title for risk in report.risks][:2] == ["没签书面劳动合同", "没交社保"]
    assert report.risks[1].unknown and report.risks[1].found == "不清楚"
    assert report.quick and report.industry == "服装"


def test_put_off_and_gone_on_with_another_day(desk: Desk) -> None:
    desk.say("体检", "start_checkup")
    desk.pick("服装")
    desk.pick("快速版")
    desk.pick("1到20人")
    assert "答过的都记着" in desk.say("先不说了").conclusion
    again = desk.say("做体检", "start_checkup")
    assert again.conclusion.startswith("上次答了 1 问")
    assert desk.pick("接着答").title.startswith("第 2 问")


def test_beginning_anew_forgets_what_was_put_off(desk: Desk) -> None:
    desk.say("体检", "start_checkup")
    desk.pick("服装")
    desk.pick("快速版")
    desk.pick("1到20人")
    desk.say("先不说了")
    desk.say("做体检", "start_checkup")
    assert "哪一行" in desk.pick("从头来").conclusion


def test_enough_gives_a_report_from_what_there_is_and_more_goes_on_with_it(desk: Desk) -> None:
    desk.say("体检", "start_checkup")
    desk.pick("其他行业")
    desk.pick("完整版")
    desk.pick("20人以上")
    desk.pick("每个人都签了")
    desk.pick("双方各一份")
    card = desk.pick("都交了")
    assert "就到这里，出报告" in [c.label for c in card.choices]
    card = desk.say("就到这里吧")
    assert card.kind == "report" and "得分 100" in card.conclusion
    assert stored(desk).not_asked[0].title == "合同"
    card = desk.pick("接着答没问到的")
    assert card.title.endswith("合同") and "违约" in card.conclusion


def test_too_early_an_end_is_a_pause(desk: Desk) -> None:
    desk.say("体检", "start_checkup")
    desk.pick("其他行业")
    assert "答过的都记着" in desk.say("就到这里").conclusion


def test_the_next_check_up_is_compared_with_the_last(desk: Desk) -> None:
    for signed in ("基本没签", "每个人都签了"):
        desk.say("体检", "start_checkup")
        desk.pick("其他行业")
        desk.pick("快速版")
        desk.pick("1到20人")
        desk.pick(signed)
        desk.pick("没交")
        if desk.last[-1].kind == "question":
            desk.pick("写了")
    change = stored(desk).comparison
    assert change and change.mended == ("没签书面劳动合同",) and change.new == ()
    assert change.score is not None and change.score < (stored(desk).score or 0)


def test_the_report_can_be_handed_to_a_lawyer_after_consent(desk: Desk) -> None:
    desk.say("体检", "start_checkup")
    for label in ("其他行业", "快速版", "1到20人", "基本没签", "没交", "没写"):
        desk.pick(label)
    card = desk.pick("交给律师看")
    assert card.kind == "question" and "要您同意" in card.conclusion
    with desk.runtime.database.read() as session:
        intake = current_interview(session, desk.conversation_id)
        report = reports.last_report(session, desk.conversation_id, "checkup")
    assert intake and report and intake.answers["__report"] == report.id


def test_a_question_in_between_is_answered_and_asked_again(desk: Desk) -> None:
    desk.say("体检", "start_checkup")
    desk.pick("其他行业")
    desk.pick("快速版")
    desk.say("公司拖欠工资怎么办", "legal_question")
    assert [card.kind for card in desk.last][-1] == "question" and len(desk.last) == 2
