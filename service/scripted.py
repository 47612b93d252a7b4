"""An interview as the actions run it, whatever it is for: a guide's questions or the check-up's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from knowledge.schema import Guide, Question
from service import interviews

Answers = Mapping[str, str]


class Scripted(Protocol):
    """`id` as stored with the row; `target` what a choice names to begin or go on."""

    @property
    def id(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def script(self) -> interviews.Questions: ...

    def next_question(self, answers: Answers, today: date) -> Question | None:
        """What to ask now; None when there is nothing left."""

    def read(self, question: Question, text: str, today: date) -> dict[str, str]:
        """What typed text answers; empty when it is about something else."""

    def mended(self, answers: dict[str, str], today: date) -> tuple[dict[str, str], str | None]:
        """The answers without the one that cannot be used, and why it cannot."""


class GuideInterview:
    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.id = guide.id
        self.target = f"guide:{guide.id}"
        self.version = str(guide.checklist.version)
        self.script: interviews.Questions = guide.checklist

    def next_question(self, answers: Answers, today: date) -> Question | None:
        left = interviews.open_questions(self.script, answers)
        return left[0] if left else None

    def read(self, question: Question, text: str, today: date) -> dict[str, str]:
        answer = interviews.read_answer(question, text, today)
        return {} if answer is None else {question.id: answer}

    def mended(self, answers: dict[str, str], today: date) -> tuple[dict[str, str], str | None]:
        return answers, None
