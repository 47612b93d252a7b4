"""The brief a case opens with: everything a lawyer needs to begin, each line with the message it came from. Deterministic:
the same conversation gives the same brief. Articles pass the citation gate; nothing is summarised by guesswork."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from service.cards import Citation
from service.triage import Due, Finding, Urgency

SCHEMA_VERSION = 1
# What a line of an FAQ's evidence list must share with the person's words to count as held.
EVIDENCE_WORDS = re.compile(
    "合同|协议|工资条|工资单|转账|流水|聊天|微信|录音|照片|视频|考勤|打卡|工牌|工作证|社保|借条|欠条|收据|收条|发票|判决|裁决|传票|病历|"
    "诊断|报警|回执|证人|证言|快递|身份证|结婚证|出生证|房产证|营业执照|订单|截图|通知书|认定书|鉴定"
)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Line(Part):
    """`message_id`: the message it came from."""

    text: str
    message_id: str


class Event(Line):
    on: date


class Sum(Line):
    value: Decimal


class Reason(Line):
    rule: str
    title: str
    urgency: Urgency


class Source(Line):
    """An FAQ that was said or that fits. `said` False: it was only found."""

    faq_id: str
    said: bool


class Article(Part):
    citation: Citation
    message_id: str


class Spoken(Part):
    message_id: str
    author: Literal["person", "bot", "lawyer", "system"]
    text: str
    at: datetime


class Brief(Part):
    """`title_message_id`: the message the heading's words are from; None when nothing was told."""

    schema_version: int = SCHEMA_VERSION
    title: str
    title_message_id: str | None = None
    topic: str
    urgency: Urgency
    reasons: list[Reason]
    facts: list[Line]
    wants: list[Line]
    people: list[Line]
    timeline: list[Event]
    amounts: list[Sum]
    evidence_held: list[Line]
    evidence_missing: list[Line]
    deadlines: list[Due]
    faqs: list[Source]
    articles: list[Article]
    advised: list[Line]
    transcript: list[Spoken]
    report_id: str | None = None
    law_as_of: date


class Given(Part):
    """What the brief is made of, gathered by `service.casebook`. `facts`, `people`, `wants`, `held`: lines in the order asked.
    `lists`: evidence lines of the matched FAQs and guides, each with the message that brought it."""

    title: str
    title_message_id: str | None = None
    topic: str
    findings: list[Finding]
    dues: list[Due] = Field(default_factory=list)
    facts: list[Line] = Field(default_factory=list)
    wants: list[Line] = Field(default_factory=list)
    people: list[Line] = Field(default_factory=list)
    events: list[Event] = Field(default_factory=list)
    amounts: list[Sum] = Field(default_factory=list)
    held: list[Line] = Field(default_factory=list)
    lists: list[Line] = Field(default_factory=list)
    faqs: list[Source] = Field(default_factory=list)
    articles: list[Article] = Field(default_factory=list)
    advised: list[Line] = Field(default_factory=list)
    transcript: list[Spoken] = Field(default_factory=list)
    report_id: str | None = None
    law_as_of: date
    last_message_id: str


def build_brief(given: Given) -> Brief:
    """The brief. A reason that comes from no single message (answers that failed) is linked to the last one."""
    reasons = [
        Reason(rule=f.rule, title=f.title, urgency=f.urgency, text=f.reason,
               message_id=f.message_id or given.last_message_id)
        for f in given.findings
    ]  # fmt: skip
    heard = [finding.due for finding in given.findings if finding.due]
    deadlines = list({due.kind: due for due in [*heard, *given.dues]}.values())
    starts = [
        Event(on=due.start_on, text=f"{due.title}：从这天算", message_id=due.message_id)
        for due in deadlines
        if due.start_on and due.start_on != due.last_day
    ]
    ends = [Event(on=d.last_day, text=d.words, message_id=d.message_id) for d in deadlines if d.last_day]
    urgencies = [reason.urgency for reason in reasons]
    return Brief(
        title=given.title,
        title_message_id=given.title_message_id,
        topic=given.topic,
        urgency=next((u for u in ("now", "soon") if u in urgencies), "offer"),
        reasons=reasons,
        facts=_unique(given.facts),
        wants=given.wants,
        people=given.people,
        timeline=sorted(_unique([*given.events, *starts, *ends]), key=lambda event: (event.on, event.text)),
        amounts=_unique(given.amounts),
        evidence_held=given.held,
        evidence_missing=missing(given.held, given.lists),
        deadlines=sorted(deadlines, key=lambda due: (due.last_day or date.max, due.kind)),
        faqs=given.faqs,
        articles=given.articles,
        advised=given.advised,
        transcript=given.transcript,
        report_id=given.report_id,
        law_as_of=given.law_as_of,
    )


def missing(held: Sequence[Line], lists: Sequence[Line]) -> list[Line]:
    """The lines of the evidence lists that share no word for a piece of evidence with what the person holds."""
    words = {word for line in held for word in EVIDENCE_WORDS.findall(line.text)}
    return [line for line in _unique(lists) if not words & set(EVIDENCE_WORDS.findall(line.text))]


T = TypeVar("T", bound=Line)


def _unique(lines: Sequence[T]) -> list[T]:
    return list({line.text: line for line in reversed(lines)}.values())[::-1]
