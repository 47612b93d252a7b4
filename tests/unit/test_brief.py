"""The brief: the same conversation gives the same brief, every line names its message, articles come through the gate."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.transcripts import Utterance
from knowledge.content import Content
from service.brief import Brief, Line, missing
from service.casebook import Conversation, Told, brief_of, findings, known_before
from service.gate import CitationGate
from service.intake import opening_answers
from service.interviews import SOURCES
from service.scripted import GuideInterview

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
WAGES = "labour.wages.arrears"


class Talk:
    """A conversation being written down."""

    def __init__(self) -> None:
        self.utterances: list[Utterance] = []

    def person(self, text: str, *, typed: bool = True) -> str:
        return self._add("person", text, None, None, typed)

    def bot(self, to: str, **card: Any) -> str:
        return self._add("bot", None, {"conclusion": "…", "title": "", **card}, to, True)

    def _add(self, author: str, text: str | None, card: dict[str, Any] | None, to: str | None, typed: bool) -> str:
        id_ = f"m{len(self.utterances) + 1}"
        at = NOON + timedelta(minutes=len(self.utterances))
        self.utterances.append(Utterance(id_, author, text, card, at, to, typed))
        return id_


def wages() -> Talk:
    talk = Talk()
    asked = talk.person("我们十二个工人，公司三个月没发工资，一共欠三万五，怎么办")
    talk.bot(asked, kind="answer", faq_id=WAGES, conclusion="先投诉，再仲裁。", confidence=0.9)
    paper = talk.person("昨天收到仲裁裁决书，不服")
    talk.bot(paper, kind="notice", title="这个问题我没有把握", conclusion="没有把握", confidence=0.2)
    talk.person("我要找律师")
    return talk


def answers(**more: Any) -> dict[str, Any]:
    known, facts, sources = known_before(Conversation(wages().utterances))
    told = {
        "consent": "agree", "opponent": "好运来电子厂", "happened": "2026-08-31", "paper": "award", "paper_on": "2026-11-23",
        "evidence": "有劳动合同和转账记录", "want": "拿回工资", "street": "dalang", "contact": "phone",
        "phone": "13800138000", "name": "unknown", "meet": "yes_face", "confirm": "send",
    }  # fmt: skip
    given = {**opening_answers(known, facts, sources), **told, **more}
    given[SOURCES] = {**sources, **{question: f"a_{question}" for question in told}}
    return given


def brief(
    content: Content, gate: CitationGate, given: dict[str, Any], talk: Talk, told: list[Told] | None = None
) -> Brief:
    conversation = Conversation(talk.utterances, told or [])
    found = findings(conversation, given, TODAY, "last")
    return brief_of(conversation, given, found, content, gate, TODAY, last="last", fitting=["injury.accident.dog-bite"])


@pytest.mark.parametrize("name", ["wages", "bare"])
def test_golden(name: str, content: Content, gate: CitationGate) -> None:
    """XIAOFA_GOLDEN=1 writes them anew; then read the difference."""
    if name == "wages":
        made = brief(content, gate, answers(), wages())
    else:
        made = brief(content, gate, {"consent": "agree", "story": "狗咬了我", SOURCES: {"story": "m1"}}, Talk())
    path = GOLDEN / f"brief-{name}.json"
    shown = json.dumps(made.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("XIAOFA_GOLDEN"):
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8")
    assert Brief.model_validate_json(shown) == made


def test_every_line_names_its_message(content: Content, gate: CitationGate) -> None:
    made = brief(content, gate, answers(), wages())
    named = {line.text: line.message_id for line in [*made.facts, *made.people, *made.wants, *made.evidence_held]}
    assert named["对方：好运来电子厂"] == "a_opponent"
    assert named["想要：拿回工资"] == "a_want"
    assert named["同样遭遇的共 12 人"] == "m1"
    assert {reason.rule: reason.message_id for reason in made.reasons} == {
        "deadline": "a_paper_on", "group": "m1", "wish": "m5",
    }  # fmt: skip
    assert made.urgency == "now"
    assert all(line.message_id for line in [*made.timeline, *made.amounts, *made.faqs, *made.articles, *made.advised])
    assert [s.message_id for s in made.transcript] == ["m1", "m2", "m3", "m4", "m5"]


def test_facts_of_a_guide_answered_before_are_in_it_and_not_asked_again(content: Content, gate: CitationGate) -> None:
    guide = GuideInterview(content.guides[content.faqs[WAGES].guide or ""])
    asked = next(q for q in guide.script.questions if q.type == "amount")
    first = guide.script.questions[0]
    told = Told(guide, {first.id: first.choices[0].id, asked.id: "42000", SOURCES: {first.id: "g1", asked.id: "g2"}})
    talk = Talk()
    known, facts, sources = known_before(Conversation(talk.utterances, [told]))
    assert known["amount"] == "42000" and sources["amount"] == "g2"
    assert len(facts) == 2
    made = brief(content, gate, {"consent": "agree", **opening_answers(known, facts, sources)}, talk, [told])
    assert [line.message_id for line in made.facts] == ["g1", "g2"]
    assert made.amounts[0].message_id == "g2"


@pytest.mark.parametrize(("urgent", "urgency"), [("yes", "now"), ("no", "offer")])
def test_legal_aid_under_seven_days_is_a_case_for_now(
    urgent: str, urgency: str, content: Content, gate: CitationGate
) -> None:
    """法律援助法第四十四条：离期限不到七天的，可以先提供援助。"""
    guide = GuideInterview(content.guides["guide.procedure.legal-aid"])
    said = {"matter": "wages", "exempt": "migrant", "urgent": urgent}
    told = Told(guide, {**said, SOURCES: {name: f"g-{name}" for name in said}})
    made = brief(content, gate, {"consent": "agree", "story": "公司不发工资"}, Talk(), [told])
    assert made.urgency == urgency
    reasons = [(reason.text, reason.message_id) for reason in made.reasons]
    assert any("离期限不到七天" in text and where == "g-urgent" for text, where in reasons) == (urgent == "yes")


def test_only_words_for_evidence_that_match_count_as_held() -> None:
    lists = [Line(text="劳动合同或入职表", message_id="m1"), Line(text="考勤记录", message_id="m1")]
    assert [line.text for line in missing([Line(text="有合同", message_id="m2")], lists)] == ["考勤记录"]
    assert missing([], lists) == lists


def test_articles_that_the_gate_does_not_vouch_for_are_left_out(content: Content, gate: CitationGate) -> None:
    made = brief(content, gate, answers(), wages())
    assert made.articles
    for article in made.articles:
        again = gate.cite(article.citation.label)
        assert article.citation in again
