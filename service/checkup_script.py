"""The check-up as an interview: industry, quick or full, then one question after another, a domain at a time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from knowledge.checkup import Domain, Industry
from knowledge.content import Content
from knowledge.schema import Choice, Question
from service import interviews
from service.checkup import answer_key
from service.scripted import Answers, Scripted

INDUSTRY, EXTENT = "industry", "extent"
QUICK, FULL = "quick", "full"
SCRIPT_ID = "checkup"
OTHER = "other"
ENOUGH = 3  # answers before a report is on offer


@dataclass(frozen=True)
class CheckupScript:
    """All questions in the order they are asked; branches, industries and extent are conditions on them."""

    questions: tuple[Question, ...]


class CheckupInterview(Scripted):
    opening = frozenset({INDUSTRY, EXTENT})

    def __init__(self, content: Content) -> None:
        domains = content.domains.values()
        questions = (*_opening(tuple(content.industries.values())), *_questions(tuple(domains)))
        shape = "\n".join(f"{q.id}:{','.join(c.id for c in q.choices)}:{q.when}" for q in questions)
        version = hashlib.sha256(shape.encode()).hexdigest()[:16]
        super().__init__(id=SCRIPT_ID, target="checkup:go_on", version=version, script=CheckupScript(questions))
        self._counting = {answer_key(d, q) for d in domains for q in d.questions if q.counts}
        self._domain_of = {answer_key(d, q): d for d in domains for q in d.questions}

    def cut_short(self, answers: Answers) -> Literal["done", "paused"] | None:
        return "done" if len(answers.keys() & self._counting) >= ENOUGH else "paused"

    def heading(self, question: Question, answers: Answers) -> str:
        domain = self._domain_of.get(question.id)
        return f"{super().heading(question, answers)} · {domain.title}" if domain else "企业法律风险体检"

    def ahead(self, answers: Answers) -> int:
        """A branch not decided yet counts as open, so that the number only falls."""
        possible: set[str] = set()
        for question in self.script.questions:
            undecided = {parent: wanted for parent, wanted in question.when.items() if parent not in possible}
            if question.id not in answers and interviews.applies(undecided, answers):
                possible.add(question.id)
        return len(possible)

    def still_fits(self, answers: Answers) -> dict[str, str]:
        """The answers of an older version that today's questions still have."""
        choices = {q.id: {c.id for c in q.choices} | {interviews.UNKNOWN} for q in self.script.questions}
        return interviews.pruned(self.script, {q: a for q, a in answers.items() if a in choices.get(q, ())})


def industry_of(answers: Answers) -> str:
    industry = answers.get(INDUSTRY, OTHER)
    return OTHER if industry == interviews.UNKNOWN else industry


def _opening(industries: tuple[Industry, ...]) -> tuple[Question, ...]:
    return (
        Question(
            id=INDUSTRY,
            ask="先问一下：您做的是哪一行？",
            choices=tuple(Choice(id=each.id, label=each.label) for each in industries),
        ),
        Question(
            id=EXTENT,
            ask="做快速版，还是完整版？中途随时可以停下，改天接着做。",
            choices=(
                Choice(id=QUICK, label="快速版：12问以内，4分钟"),
                Choice(id=FULL, label="完整版：60问以内，一块一块做"),
            ),
        ),
    )


def _questions(domains: tuple[Domain, ...]) -> tuple[Question, ...]:
    return tuple(
        Question(
            id=answer_key(domain, question),
            ask=question.ask,
            choices=tuple(Choice(id=choice.id, label=choice.label) for choice in question.choices),
            when={
                **({INDUSTRY: question.industries} if question.industries else {}),
                **({} if question.quick else {EXTENT: FULL}),
                **{f"{domain.id}__{parent}": wanted for parent, wanted in question.when.items()},
            },
        )
        for domain in domains
        for question in domain.questions
    )
