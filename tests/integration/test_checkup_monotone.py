"""Scoring is monotone: a worse answer never raises the score, whatever the branches."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge.checkup import UNKNOWN, Domain, RiskQuestion, never_asked
from knowledge.content import Content
from service.checkup import answer_key, assess
from tests.unit.test_checkup_score import domain, fact, score, scored

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
    assume(not never_asked(one.questions))  # the knowledge check refuses those
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


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_worse_answer_to_any_of_our_own_questions_never_raises_the_score(
    content: Content, data: st.DataObject
) -> None:
    """The same property as for made-up domains (above), on the eight that people are asked."""
    trade = data.draw(st.sampled_from(sorted(content.industries)))
    domains = sorted(content.domains.values(), key=lambda each: each.order)
    one = data.draw(st.sampled_from(domains))
    questions = one.for_industry(trade)
    answers = {}
    for question in questions:
        picked = data.draw(st.sampled_from([None, UNKNOWN, *(choice.id for choice in question.choices)]))
        if picked:
            answers[answer_key(one, question)] = picked
    asked = [q for q in questions if q.counts and answer_key(one, q) in answers]
    if not asked:
        return
    question = data.draw(st.sampled_from(asked))
    key = answer_key(one, question)
    before = question.risk_of(answers[key])
    if before is None:
        return
    for answer in [*(choice.id for choice in question.choices), UNKNOWN]:
        risk = question.risk_of(answer)
        if risk is None or risk < before:
            continue
        left, right = (assess(domains, a, trade).score for a in (answers, {**answers, key: answer}))
        assert (left is None) == (right is None) and (left is None or right <= left), (answers, key, answer)
