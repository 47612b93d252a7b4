"""An interview as the actions run it, whatever it is for: a guide's questions, a calculator's, the check-up's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from knowledge.schema import Guide, Question
from service import interviews
from service.cards import Card
from service.choices import choice

Answers = Mapping[str, str]


class Scripted:
    """What all scripts do alike; each kind changes what is different about it."""

    opening: frozenset[str] = frozenset()
    """Questions that are not counted and have no way to skip them: they decide what is asked at all."""
    skip_label = "不清楚"
    finish_label = "就到这里，出报告"

    def __init__(self, *, id: str, target: str, version: str, script: interviews.Questions) -> None:
        self.id = id  # as stored with the row
        self.target = target  # what a choice names to begin or go on
        self.version = version
        self.script = script

    def next_question(self, answers: Answers, today: date) -> Question | None:
        """What to ask now; None when there is nothing left."""
        left = interviews.open_questions(self.script, answers)
        return left[0] if left else None

    def read(self, question: Question, text: str, today: date) -> dict[str, str]:
        """What typed text answers; empty when it is about something else."""
        answer = interviews.read_answer(question, text, today)
        return {} if answer is None else {question.id: answer}

    def mended(self, answers: dict[str, str], today: date) -> tuple[dict[str, str], str | None]:
        """The answers without the one that cannot be used, and why it cannot."""
        return answers, None

    def cut_short(self, answers: Answers) -> Literal["done", "paused"] | None:
        """How it ends when a person wants the result before the last question; None when there is no such way."""
        return None

    def back(self, answers: Answers) -> dict[str, str]:
        """The answers one step back."""
        return interviews.without_last(self.script, answers)

    def hint(self, question: Question) -> str | None:
        """How to answer this question, for one who was not understood; None: the usual words."""
        return None

    def done(self, answers: Answers) -> int:
        """How many questions have been answered."""
        return sum(question.id not in self.opening for question in interviews.asked_questions(self.script, answers))

    def ahead(self, answers: Answers) -> int:
        """How many questions may still come, the one to ask now included."""
        return len(interviews.open_questions(self.script, answers))

    def heading(self, question: Question, answers: Answers) -> str:
        """Where in the interview a question stands."""
        done = self.done(answers)
        return f"第 {done + 1} 问，共 {done + self.ahead(answers)} 问"

    def question_card(self, question: Question, answers: Answers) -> Card:
        """The next question, numbered, with a way back and the ways out."""
        labels = [(each.label, f"answer:{question.id}:{each.id}") for each in question.choices]
        if question.id not in self.opening:
            labels.append((self.skip_label, f"answer:{question.id}:{interviews.UNKNOWN}"))
        if interviews.asked_questions(self.script, answers):
            labels.append(("上一步", "interview:back"))
        if self.cut_short(answers) == "done":
            labels.append((self.finish_label, "interview:finish"))
        labels.append(("先不说了", "interview:stop"))
        return Card(
            kind="question",
            title=self.heading(question, answers),
            conclusion=question.ask[:120],
            steps=[question.why] if question.why else [],
            choices=[choice(n, label, target) for n, (label, target) in enumerate(labels, 1)],
        )


class GuideInterview(Scripted):
    def __init__(self, guide: Guide) -> None:
        self.checklist = guide.checklist
        version = str(self.checklist.version)
        super().__init__(id=guide.id, target=f"guide:{guide.id}", version=version, script=self.checklist)
