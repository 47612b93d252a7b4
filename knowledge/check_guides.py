"""What the check says of checklists: a question is asked because something follows from the answer."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.schema import Question, Script


def guide_problems(script: Script) -> Iterator[str]:
    """Questions whose answer changes nothing."""
    for question in _idle(script):
        yield f"问题 {question.id} 怎么选，结论都一样：写进结论或别的问题的 when，或者不问"


def _idle(script: Script) -> list[Question]:
    """Choice questions that no outcome turns on, nor a question that counts: one an outcome turns on, or one to fill in."""
    counting = {name for outcome in script.outcomes for name in outcome.when}
    for question in reversed(script.questions):  # a `when` names only earlier questions
        if question.type != "choice" or question.id in counting:
            counting |= set(question.when)
    return [question for question in script.questions if question.type == "choice" and question.id not in counting]
