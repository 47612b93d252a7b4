"""The intake before a hand-over, as an interview (data in `intake.yml`): consent first, one question at a time, what is known
already is read back and not asked again. `service.mediation` has one of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field

from knowledge.schema import Question, Strict
from service import interviews, said
from service.cards import Card
from service.interviews import UNKNOWN
from service.scripted import Answers, Scripted

SCRIPT_ID = "intake"
TARGET = "handoff:go_on"
CONSENT, CONFIRM, CHANGE = "consent", "confirm", "change"
STEERING = frozenset({CONSENT, CONFIRM, CHANGE})
KNOWN = "__known"
"""Key in the stored answers: what was known before the intake began, `{"answers": {id: value}, "facts": [text]}`."""
REPORT = "__report"
"""Key in the stored answers: the check-up report that goes with the case."""
ALONG = {"paper": ("paper", "paper_on", "hearing_on"), "contact": ("contact", "phone", "name")}
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[- ]?\d{7,8})(?!\d)")
HINTS = {
    "phone": "没认出电话号码。请只发 11 位手机号，或点“跳过”，律师就在这里回复您。",
    "hearing_on": "没听明白是哪天。请照传票上写的说，例如“12月5号”“下周三”；不知道就点“跳过”。",
    "date": "没听明白是哪天。可以说“去年国庆”“上个月底”“3月5号”；记不清就点“跳过”。",
    "amount": "没听明白是多少钱。可以说“三万五”“8000”；不是钱的事就点“跳过”。",
    "number": "没听明白是几个人。请回复一个数，例如“1”“十二个”；不知道就点“跳过”。",
    "choice": "没听明白选的是哪一个。请点下面的选项，或回复选项的序号。",
}


class IntakeScript(Strict):
    version: Annotated[int, Field(ge=1)]
    questions: tuple[Question, ...]


@lru_cache(maxsize=4)
def script(id_: str = SCRIPT_ID) -> IntakeScript:
    """The questions in `<id>.yml` beside this file."""
    return IntakeScript.model_validate(yaml.safe_load(Path(__file__).with_name(f"{id_}.yml").read_text("utf-8")))


class IntakeInterview(Scripted):
    opening = STEERING
    skip_label = "跳过"
    finish_label = "就到这里，交给律师"
    title = "转给律师"
    hints: Mapping[str, str] = HINTS

    def __init__(self, id: str = SCRIPT_ID, target: str = TARGET) -> None:
        super().__init__(id=id, target=target, version=str(script(id).version), script=script(id))

    def read(self, question: Question, text: str, today: date) -> dict[str, str]:
        if question.type == "text" and interviews.asks(text):
            return {}
        answer = interviews.read_answer(question, text, today)
        if question.id in self.opening:
            return {} if answer in (None, UNKNOWN) else {question.id: str(answer)}
        if answer == UNKNOWN:
            return {question.id: UNKNOWN}
        if question.id == "phone":
            answer = phone_in(text)
        elif question.id == "hearing_on":
            day = said.ahead(text, today)
            answer = day.isoformat() if day else None
        elif question.type == "date" and answer and answer > today.isoformat():
            answer = None  # what has happened lies behind
        return {} if answer is None else {question.id: answer}

    def mended(self, answers: dict[str, str], today: date) -> tuple[dict[str, str], str | None]:
        """With something to change: without it and what hangs on it, so that it is asked again and all read back."""
        changed = answers.get(CHANGE)
        if answers.get(CONFIRM) != CHANGE or changed is None:
            return answers, None
        gone = {CONFIRM, CHANGE, *ALONG.get(changed, (changed,))}
        return {q: a for q, a in answers.items() if q not in gone}, None

    def cut_short(self, answers: Answers) -> Literal["done", "paused"] | None:
        return "done" if answers.get(CONSENT) == "agree" and answers.get("story", UNKNOWN) != UNKNOWN else None

    def back(self, answers: Answers) -> dict[str, str]:
        """One step back among what was asked here; what was known before stays."""
        known = known_before(answers)
        asked = [q.id for q in interviews.asked_questions(self.script, answers) if answers[q.id] != known.get(q.id)]
        return {q: a for q, a in answers.items() if not asked or q != asked[-1]}

    def hint(self, question: Question) -> str | None:
        return self.hints.get(question.id) or self.hints.get(question.type)

    def heading(self, question: Question, answers: Answers) -> str:
        return self.title if question.id in self.opening else f"{self.title} · {super().heading(question, answers)}"

    def question_card(self, question: Question, answers: Answers) -> Card:
        card = super().question_card(question, answers)
        if question.id == CONFIRM:
            return card.model_copy(update={"steps": read_back(answers, self.id)})
        known = known_facts(answers, self.id)
        if known and self.done(answers) == len(known_before(answers)) and question.id not in self.opening:
            return card.model_copy(update={"steps": [*card.steps, "您说过的我记着，不再问：", *known]})
        return card


def opening_answers(known: Mapping[str, str], facts: list[str], sources: Mapping[str, str]) -> dict[str, Any]:
    """The answers an intake begins with. `known`: question id -> value; `facts`: what else is read back; `sources`:
    question id -> the message it was said in."""
    answers: dict[str, Any] = dict(known)
    if known or facts:
        answers[KNOWN] = {"answers": dict(known), "facts": facts}
        answers[interviews.SOURCES] = dict(sources)
    return answers


def known_before(answers: Mapping[str, Any]) -> dict[str, str]:
    """Of the questions here, those answered before the intake began and not changed since."""
    kept = answers.get(KNOWN) or {}
    return {q: a for q, a in kept.get("answers", {}).items() if answers.get(q) == a}


def told_facts(answers: Mapping[str, Any], id_: str = SCRIPT_ID) -> dict[str, str]:
    """What was told here, by question; not the questions that only steer (consent, confirm)."""
    read = interviews.facts_by_question(script(id_), answers)
    return {question: text for question, text in read.items() if question not in STEERING}


def known_facts(answers: Mapping[str, Any], id_: str = SCRIPT_ID) -> list[str]:
    kept = answers.get(KNOWN) or {}
    mine = told_facts({CONSENT: "agree", **known_before(answers)}, id_)
    return [*mine.values(), *kept.get("facts", [])]


def read_back(answers: Mapping[str, Any], id_: str = SCRIPT_ID) -> list[str]:
    """Everything that will be handed over, one line each."""
    kept = answers.get(KNOWN) or {}
    mine = told_facts(answers, id_)
    return [*mine.values(), *kept.get("facts", [])]


def phone_in(text: str) -> str | None:
    """A Chinese mobile or landline number in the text, digits only (landlines with their hyphen)."""
    mobile = _MOBILE.search(text)
    if mobile:
        return "".join(mobile.groups())
    landline = _LANDLINE.search(text)
    return landline[1].replace(" ", "-") if landline else None
