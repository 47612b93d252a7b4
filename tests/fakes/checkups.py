"""Firms for the check-up: one whose every answer is the worst, and one that goes round the choices."""

from __future__ import annotations

from datetime import date

from knowledge.checkup import UNKNOWN, RiskQuestion
from knowledge.content import Content
from service.checkup import answer_key
from service.checkup_script import CheckupInterview

TODAY = date(2026, 11, 23)


def worst_choice(question: RiskQuestion) -> str:
    """The answer with the most risk; of a question that only branches, the last."""
    return (
        max(question.choices, key=lambda choice: (choice.risk is not None, choice.risk or 0)).id
        if (question.counts)
        else question.choices[-1].id
    )


def worst_answers(content: Content, industry: str, extent: str = "full") -> dict[str, str]:
    """The last choice is often "we have no such thing", which counts for nothing and closes branches."""
    questions = {answer_key(d, q): q for d in content.domains.values() for q in d.questions}
    script, answers = CheckupInterview(content), {"industry": industry, "extent": extent}
    while question := script.next_question(answers, TODAY):
        answers[question.id] = worst_choice(questions[question.id])
    return answers


def mixed_answers(content: Content, industry: str, turn: int, extent: str = "full") -> dict[str, str]:
    """Each answer is the next one round the choices, not knowing among them."""
    script, answers = CheckupInterview(content), {"industry": industry, "extent": extent}
    while question := script.next_question(answers, TODAY):
        choices = [choice.id for choice in question.choices] + [UNKNOWN]
        answers[question.id] = choices[(len(answers) + turn) % len(choices)]
    return answers
