"""What an answer changes: the same problem told by the other side, or on other paper, ends in other advice; a sum is offered where one fits."""

from __future__ import annotations

from itertools import combinations

import pytest

from knowledge.calculators import CALCULATORS
from knowledge.content import Content
from service.answering import Answerer
from service.gate import CitationGate

VISITING, WILL, PARTNERS = "guide.marriage.visiting", "guide.inheritance.will", "guide.contracts.partnership"


@pytest.fixture(scope="module")
def answerer(engine: object, content: Content, gate: CitationGate, model: object) -> Answerer:
    return Answerer(engine, content, gate, model)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("guide", "question", "told"),
    [
        *((VISITING, "side", {"paper": "judgment", "problem": p}) for p in ("refuse", "harm", "trouble", "unwilling")),
        *((WILL, "what", {"form": f, "mind": "clear"}) for f in ("hand", "print", "notary")),
        (WILL, "what", {"form": "hand", "mind": "doubt"}),
        *((PARTNERS, "paper", {"want": w, "registered": "no"}) for w in ("quit", "profit", "loss", "check")),
    ],
)
def test_the_answer_changes_the_advice(guide: str, question: str, told: dict[str, str], answerer: Answerer) -> None:
    choices = next(q for q in answerer.content.guides[guide].checklist.questions if q.id == question).choices
    cards = [answerer.result_card(guide, {**told, question: choice.id}) for choice in choices]
    for one, other in combinations(cards, 2):
        assert (one.conclusion, one.steps) != (other.conclusion, other.steps)


def test_who_keeps_the_child_is_told_of_the_duty_and_who_does_not_of_enforcement(answerer: Answerer) -> None:
    told = {"paper": "judgment", "problem": "refuse"}
    assert "协助" in answerer.result_card(VISITING, {**told, "side": "with"}).conclusion
    for side in ("away", "unknown"):
        assert "强制执行" in answerer.result_card(VISITING, {**told, "side": side}).conclusion


def test_a_registered_company_is_no_partnership_whatever_the_paper(answerer: Answerer) -> None:
    cards = [
        answerer.result_card(PARTNERS, {"want": "profit", "registered": "yes", "paper": p}) for p in ("written", "oral")
    ]
    assert all("公司法" in card.conclusion for card in cards)
    assert cards[0].steps == cards[1].steps


@pytest.mark.parametrize(
    ("guide", "told", "offered"),
    [
        ("guide.labour.dismissal", {"who": "company", "reason": "none"}, {"severance"}),
        ("guide.labour.dismissal", {"who": "self"}, set()),
        ("guide.labour.no-contract", {"length": "under_year"}, {"double-wage"}),
        ("guide.labour.no-contract", {"length": "under_month"}, set()),
        ("guide.labour.overtime", {"kind": "weekday"}, {"overtime"}),
        ("guide.labour.unpaid-wages", {"employed": "in_job"}, {"unpaid-wages"}),
        ("guide.labour.work-injury", {"recognized": "done"}, {"work-injury"}),
        ("guide.labour.work-injury", {"recognized": "applied"}, set()),
        ("guide.loans.private-loan", {"proof": "iou"}, {"loan-interest"}),
        ("guide.marriage.custody-support", {"issue": "money", "age": "kid"}, {"child-support"}),
        ("guide.marriage.custody-support", {"issue": "visit", "age": "kid"}, set()),
        ("guide.marriage.bride-price", {"cert": "no"}, {"court-fee"}),
        ("guide.marriage.bride-price", {"cert": "yes"}, set()),
        ("guide.enterprise.late-payment", {"debtor": "large"}, {"late-payment"}),
        ("guide.contracts.breach", {"role": "other", "clause": "high"}, {"contract-penalty", "court-fee"}),
        ("guide.contracts.breach", {"role": "self", "clause": "no"}, {"court-fee"}),
        ("guide.property.house-purchase", {"problem": "backout"}, {"contract-penalty", "court-fee"}),
        ("guide.renting.deposit", {"reason": "expired"}, {"court-fee"}),
        ("guide.consumer.refund", {"why": "quality"}, {"court-fee"}),
        ("guide.consumer.prepaid-card", {"state": "gone"}, {"court-fee"}),
        ("guide.wages-construction.site", {"who": "sub"}, {"unpaid-wages"}),
        ("guide.wages-construction.site", {"who": "house"}, set()),
        ("guide.procedure.fee-relief", {"fee_ground": "poor"}, {"court-fee"}),
    ],
)
def test_a_sum_is_offered_where_one_fits(
    guide: str, told: dict[str, str], offered: set[str], answerer: Answerer
) -> None:
    sums = {f"算一算：{calculator.title}": name for name, calculator in CALCULATORS.items()}
    labels = [choice.label for choice in answerer.result_card(guide, told).choices]
    assert {sums[label] for label in labels if label.startswith("算一算")} == offered
