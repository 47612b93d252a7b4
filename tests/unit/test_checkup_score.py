"""Scoring: a worse answer never raises the score, whatever the branches; order of risks; what was not asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.checkup import UNKNOWN, Domain, RiskQuestion, longest
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


RISKS = st.sampled_from(
    [["0", "1"], ["0", "0.4", "1"], ["0", "0.5", "0.8"], ["0.2", "0.7", "0.7", "1"], ["0", None, "0.9"]]
)


@st.composite
def branching_domains(draw: st.DrawFn) -> Domain:
    """Domains whose questions hang on each other at their good or their bad end, or on facts."""
    made: list[dict[str, Any]] = []
    for number in range(draw(st.integers(2, 7))):
        when = {}
        counts = draw(st.integers(0, 3))
        above = [q for q in made if counts or "risk" not in q["choices"][0]]
        for parent in draw(st.lists(st.sampled_from(above), max_size=2, unique_by=lambda q: q["id"])) if above else []:
            when[parent["id"]] = draw(st.sampled_from(_ends(RiskQuestion.model_validate({**parent, "when": {}}))))
        if counts:
            harm, likelihood = draw(st.integers(1, 5)), draw(st.integers(1, 5))
            made.append(scored(f"q{number}", draw(RISKS), harm=harm, likelihood=likelihood, when=when))
        else:
            made.append(fact(f"q{number}", when=when))
    return domain(*made, scored("last", ["0", "1"]))


def _ends(question: RiskQuestion) -> list[list[str]]:
    answers = [choice.id for choice in question.choices] + [UNKNOWN]
    if not question.counts:
        return [answers[:1], answers[1:], answers[:2]]
    ranked = sorted({question.risk_of(a) for a in answers} - {None})
    ends = []
    for limit in ranked[1:]:
        ends.append([a for a in answers if (risk := question.risk_of(a)) is not None and risk < limit])
        ends.append([a for a in answers if (risk := question.risk_of(a)) is not None and risk >= limit])
    return ends


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_worse_answer_never_raises_the_score(data: st.DataObject) -> None:
    one = data.draw(branching_domains())
    answers = {}
    for question in one.questions:
        picked = data.draw(st.sampled_from([None, UNKNOWN, *(choice.id for choice in question.choices)]))
        if picked:
            answers[question.id] = picked
    question = data.draw(st.sampled_from([q for q in one.questions if q.counts]))
    before = question.risk_of(answers[question.id]) if question.id in answers else None
    if before is None:
        return
    worse = [c.id for c in question.choices if c.risk is not None and c.risk >= before]
    if (question.risk_of(UNKNOWN) or 0) >= before:
        worse.append(UNKNOWN)
    for answer in worse:
        left, right = score(one, answers), score(one, {**answers, question.id: answer})
        if left is None or right is None:
            assert left is right  # the question itself is not reached
        else:
            assert right <= left, (answers, question.id, answer)


def test_a_question_closed_at_a_bad_end_counts_even_while_another_is_pending() -> None:
    """Found by the test above: a worse answer that opened the question in between took the worst risk out of the score."""
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
