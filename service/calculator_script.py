"""A calculator as an interview: values said are heard, a rate is asked for only in need, the answers become a sum."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from knowledge.calculators import CALCULATORS
from knowledge.calculators.core import CalculationError, RateMissingError, Result
from knowledge.calculators.rates import load_rates
from knowledge.calculators.scripts import CalculatorScript, HeardQuestion, load_scripts
from knowledge.schema import Question
from service import interviews
from service.calculating import result_card, stopped_card
from service.cards import Card
from service.gate import CitationGate
from service.hearing import heard
from service.scripted import Answers, Scripted

AND = "、"
_BETWEEN = re.compile(r"[、,，;；]|和|还有|以及|及")


class CalculatorInterview(Scripted):
    def __init__(self, script: CalculatorScript) -> None:
        super().__init__(id=script.id, target=script.id, version=str(script.version), script=script)
        self._script = script
        self.calculator = CALCULATORS[script.calculator]
        self.guide = script.guide

    def heard(self, text: str, today: date) -> dict[str, str]:
        return heard(self._script, text, today)

    def next_question(self, answers: Answers, today: date) -> Question | None:
        """The next question; a rate is asked for only when the calculation stops for want of it."""
        left = self._undemanded(answers)
        if left:
            return left[0]
        try:
            self._run(answers, today)
        except CalculationError as error:
            return next((q for q in self._script.questions if q.id == error.field and q.id not in answers), None)
        return None

    def _undemanded(self, answers: Answers) -> list[Question]:
        demanded = {question.id for question in self._script.questions if question.demanded}
        return [q for q in interviews.open_questions(self._script, answers) if q.id not in demanded]

    def ahead(self, answers: Answers) -> int:
        return max(1, len(self._undemanded(answers)))  # a rate in demand comes last, when nothing else is left

    def read(self, question: Question, text: str, today: date) -> dict[str, str]:
        several = _several(question, text, today)
        answer = {question.id: several} if several else super().read(question, text, today)
        if answer:
            return answer
        said = self.heard(text, today)  # a sentence that answers this question, and others with it
        return said if question.id in said else {}

    def mended(self, answers: dict[str, str], today: date) -> tuple[dict[str, str], str | None]:
        try:
            self._run(answers, today)
        except RateMissingError:
            return answers, None
        except CalculationError as error:
            if answers.get(error.field or "", interviews.UNKNOWN) != interviews.UNKNOWN:
                return {q: a for q, a in answers.items() if q != error.field}, str(error)
        return answers, None

    def from_form(self, raw: Mapping[str, str], today: date) -> dict[str, str]:
        """The answers of a filled-in form, read like typed ones; what is left blank counts as unknown.

        Raises CalculationError naming the first field that cannot be read.
        """
        answers: dict[str, str] = {}
        for question in self._script.questions:
            text = str(raw.get(question.id) or "").strip()[:80]
            ids = [choice.id for choice in question.choices]
            answer = text if text in ids else _read(question, text, today) if text else None
            if text and answer is None:
                raise CalculationError(f"“{text}”没看懂，请重填：{question.ask}", question.id)
            answers[question.id] = answer or interviews.UNKNOWN
        return answers

    def form_card(self, raw: Mapping[str, str], today: date, gate: CitationGate) -> Card:
        """The result for a filled-in form. Raises CalculationError with a message for people."""
        answers = self.from_form(raw, today)
        try:
            result = self._run(answers, today)
        except RateMissingError:
            raise
        except CalculationError as error:
            raise CalculationError(self._plain(error, answers), error.field) from error
        return result_card(self.calculator, result, gate, interviews.facts(self._script, answers))

    def card(self, answers: Answers, today: date, gate: CitationGate) -> Card:
        facts = interviews.facts(self._script, answers)
        try:
            return result_card(self.calculator, self._run(answers, today), gate, facts)
        except CalculationError as error:
            return stopped_card(self.calculator, self._plain(error, answers), facts)

    def _plain(self, error: CalculationError, answers: Answers) -> str:
        """Why it cannot be calculated; what was not answered is named by its question, not by its field."""
        open_one = next((q for q in self._script.questions if q.id == error.field), None)
        unanswered = open_one and answers.get(open_one.id, interviews.UNKNOWN) == interviews.UNKNOWN
        if open_one and unanswered and not isinstance(error, RateMissingError):
            return f"还差一样，算不出来。{open_one.ask}"
        return str(error)

    def _run(self, answers: Answers, today: date) -> Result:
        return self.calculator.run(self.values(answers), load_rates(), today)

    def values(self, answers: Answers) -> dict[str, object]:
        """The inputs that were answered and belong to the branches taken."""
        asked = {question.id for question in interviews.asked_questions(self._script, answers)}
        fields = self.calculator.inputs.model_fields
        said = {q: a for q, a in answers.items() if q in asked and a != interviews.UNKNOWN}
        return {q: tuple(a.split(AND)) if fields[q].default == () else a for q, a in said.items()}


def _read(question: Question, text: str, today: date) -> str | None:
    return _several(question, text, today) or interviews.read_answer(question, text, today)


def _several(question: Question, text: str, today: date) -> str | None:
    """More than one day, where more than one counts: "2024年3月1号和5月2号" as ISO days with 、 between; None for fewer."""
    if not (isinstance(question, HeardQuestion) and question.many):
        return None
    said = [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", text)) if part.strip()]
    days = [interviews.read_answer(question, part, today) for part in said]
    if len(days) < 2 or any(day is None or day == interviews.UNKNOWN for day in days):
        return None
    return AND.join(day for day in days if day)


def calculator(script_id: str) -> CalculatorInterview | None:
    """The calculator with this id (`calc:…`)."""
    script = load_scripts().get(script_id)
    return CalculatorInterview(script) if script else None


def calculator_about(guide: str) -> CalculatorInterview | None:
    """The calculator that goes with the problem of a guide."""
    script = next((script for script in load_scripts().values() if script.guide == guide), None)
    return CalculatorInterview(script) if script else None


def calculator_for(intent: str) -> CalculatorInterview | None:
    """The calculator that a wish to calculate means."""
    script = next((script for script in load_scripts().values() if script.intent == intent), None)
    return CalculatorInterview(script) if script else None
