"""The check on checklists: a question from which nothing follows is named."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.check_guides import guide_problems
from knowledge.content import Content
from knowledge.schema import Script

YES_NO = [{"id": "yes", "label": "是"}, {"id": "no", "label": "否"}]
ALWAYS: dict[str, Any] = {"when": {}, "conclusion": "先把证据收好。"}


def script(*questions: dict[str, Any], when: dict[str, str] | None = None) -> Script:
    turning = {"when": when or {"first": "yes"}, "conclusion": "可以要求返还。"}
    first = {"id": "first", "ask": "签了合同吗？", "choices": YES_NO}
    return Script.model_validate({"questions": [first, *questions], "outcomes": [turning, ALWAYS]})


def choice(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "ask": "交过定金吗？", "choices": YES_NO, **more}


AMOUNT = {"id": "amount", "ask": "一共多少元？", "type": "amount", "fact": "共{value}元"}


def test_a_choice_that_no_outcome_turns_on_is_named() -> None:
    (found,) = guide_problems(script(choice("idle", choices=[{**YES_NO[0], "fact": "交过定金"}, YES_NO[1]])))
    assert "问题 idle" in found


@pytest.mark.parametrize(
    ("questions", "when"),
    [
        ([choice("second")], {"first": "yes", "second": "no"}),
        ([choice("second", when={"first": "yes"})], {"second": "no"}),  # the first opens the second
        ([{**AMOUNT, "when": {"first": "yes"}}], {"first": "yes"}),
        ([choice("opens"), {**AMOUNT, "when": {"opens": "yes"}}], {"first": "yes"}),  # what is filled in is read back
    ],
)
def test_what_counts_passes(questions: list[dict[str, Any]], when: dict[str, str]) -> None:
    assert list(guide_problems(script(*questions, when=when))) == []


def test_opening_a_question_that_does_not_count_is_not_enough() -> None:
    found = list(guide_problems(script(choice("opens"), choice("idle", when={"opens": "yes"}))))
    assert len(found) == 2


def test_no_guide_asks_for_nothing(content: Content) -> None:
    assert {guide.id: list(guide_problems(guide.checklist)) for guide in content.guides.values()} == {
        id_: [] for id_ in content.guides
    }
