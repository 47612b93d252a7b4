"""Scoring: the weighted mean, what branches count, order of risks, what was not asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.checkup import UNKNOWN, Domain, longest, never_asked
from service.checkup import Answers, assess

TOLD = {
    "title": "一处风险",
    "why": "说明为什么要紧。",
    "statutes": ["民法典第五百七十七条"],
    "first_step": "今天先做这一步。",
    "within_days": 7,
}


def scored(id_: str, risks: list[Any], *, harm: int = 3, likelihood: int = 3, **more: Any) -> dict[str, Any]:
    choices = [{"id": f"c{n}", "label": f"选项{n}", "risk": risk} for n, risk in enumerate(risks)]
    return (
        {"id": id_, "ask": f"问题{id_}怎么样？", "choices": choices, "harm": harm, "likelihood": likelihood}
        | TOLD
        | more
    )


def fact(id_: str, **more: Any) -> dict[str, Any]:
    choices = [{"id": f"c{n}", "label": f"选项{n}"} for n in range(3)]
    return {"id": id_, "ask": f"情况{id_}是什么？", "choices": choices} | more


def domain(*questions: dict[str, Any], id_: str = "one") -> Domain:
    return Domain.model_validate(
        {"id": id_, "title": "领域", "order": 1, "about": "说明一句。", "questions": list(questions)}
    )


def score(of: Domain, answers: Answers) -> int | None:
    return assess([of], {f"{of.id}__{q}": a for q, a in answers.items()}, "other").score


def test_a_question_closed_at_a_bad_end_counts_even_while_another_is_pending() -> None:
    """Found by tests/integration/test_checkup_monotone.py: a worse answer that opened the question in between took the worst risk out of the score."""
    one = domain(
        scored("a", [0, 1], harm=1, likelihood=1),
        scored("b", [0, 1], harm=1, likelihood=1),
        scored("between", [0, 1], harm=1, likelihood=1, when={"b": ["c1"]}),
        scored("child", [0, 1], harm=5, likelihood=5, when={"a": ["c0"], "between": ["c0"]}),
        scored("last", [0, 1]),
    )
    good, worse = ({"a": "c1", "b": b, "last": "c0"} for b in ("c0", "c1"))
    assert score(one, worse) < score(one, good)  # type: ignore[operator]


def test_a_fact_may_not_hang_on_a_question_that_counts() -> None:
    with pytest.raises(ValidationError, match="不计分"):
        domain(scored("a", [0, 1]), fact("b", when={"a": ["c1"]}))


def test_the_score_is_the_weighted_mean() -> None:
    one = domain(scored("a", [0, 1], harm=5, likelihood=2), scored("b", [0, 1], harm=1, likelihood=5))
    assert score(one, {"a": "c1", "b": "c0"}) == 33
    assert score(one, {"a": "c0", "b": "c1"}) == 67
    assert score(one, {"a": "c0", "b": "c0"}) == 100
    assert score(one, {"a": UNKNOWN}) == 40
    assert score(one, {}) is None


def test_what_a_bad_answer_closes_counts_as_the_worst_and_a_good_one_as_none() -> None:
    one = domain(
        scored("signed", [0, 1]),
        scored("terms", [0, 1], when={"signed": "c0"}),
        scored("owed", [0, 1], when={"signed": "c1"}),
    )
    assert score(one, {"signed": "c0", "terms": "c0"}) == 100
    assert score(one, {"signed": "c1", "owed": "c0"}) == 33
    assert score(one, {"signed": "c1", "owed": "c1"}) == 0


def test_what_does_not_apply_does_not_count() -> None:
    one = domain(fact("shop"), scored("ads", [0, 1], when={"shop": "c1"}), scored("rest", [0, 1]))
    assert score(one, {"shop": "c0", "rest": "c0"}) == 100
    result = assess([one], {"one__shop": "c0"}, "other")
    assert [q.id for q in result.domains[0].not_asked] == ["rest"]


def test_risks_come_by_severity_and_industry_changes_the_order() -> None:
    one = domain(scored("a", [0, 1], harm=3), scored("b", [0, 1], harm=2, weight={"garment": 2}))
    answers = {"one__a": "c1", "one__b": "c1"}
    assert [r.question.id for r in assess([one], answers, "other").risks] == ["a", "b"]
    assert [r.question.id for r in assess([one], answers, "garment").risks] == ["b", "a"]
    assert assess([one], answers, "garment").risks[0].severity == Decimal(12)


def test_questions_of_other_industries_do_not_count() -> None:
    one = domain(scored("a", [0, 1]), scored("b", [0, 1], industries=["garment"]))
    assert score(one, {"a": "c0", "b": "c1"}) == 100


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        ([scored("a", [0, 0.5, 1]), scored("b", [0, 1], when={"a": "c1"})], "好的一头或坏的一头"),
        ([scored("a", [0, 0.5, 1]), scored("b", [0, 1], when={"a": ["c1", "c2"]})], "好的一头或坏的一头"),
        ([scored("b", [0, 1], when={"a": "c1"}), scored("a", [0, 1])], "不存在（或在后面）"),
        ([scored("a", [0, 1]), scored("b", [0, 1], when={"a": "c9"})], "没有选项"),
        ([scored("a", [0, 1]), scored("a", [0, 1])], "重复"),
        ([scored("a", [1, 0]), scored("b", [0, 1])], "从好到坏"),
        ([scored("a", [0, 1], why=None), scored("b", [0, 1])], "缺少 why"),
        ([scored("a", [0, 1]), scored("b", [0, 1], when={"a": "c1"}, quick=True)], "也要标 quick"),
        ([scored("a", [0, 1], industries=["x"]), scored("b", [0, 1], when={"a": "c1"})], "只问部分行业"),
    ],
)
def test_a_domain_that_cannot_be_used_says_why(questions: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        domain(*questions)


def test_the_longest_path_counts_the_branches_that_exclude_each_other_once() -> None:
    one = domain(
        scored("a", [0, 1]),
        scored("b", [0, 1], when={"a": ["c0"]}),
        scored("c", [0, 1], when={"a": ["c1", UNKNOWN]}),
        scored("d", [0, 1], when={"c": "c1"}),
    )
    assert longest(one.questions) == 3


def test_a_question_nobody_can_be_asked_is_named() -> None:
    bad = scored("bad", ["0", "1"], when={"first": "c1"})
    both = scored("both", ["0", "1"], when={"first": "c0", "bad": "c0"})
    assert never_asked(domain(scored("first", ["0", "1"]), bad, both).questions) == ["both"]
