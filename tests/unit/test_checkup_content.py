"""What the eight domains add up to for a firm: nobody is left without questions of his own trade, and the quick version
touches every field of law."""

import pytest

from knowledge.checkup import QUICK_MOST, longest
from knowledge.content import load_content

CONTENT = load_content()
DOMAINS = sorted(CONTENT.domains.values(), key=lambda domain: domain.order)
TRADES = sorted(CONTENT.industries)


def test_there_are_eight_domains_with_eight_to_fourteen_questions_each():
    assert [domain.order for domain in DOMAINS] == list(range(1, 9))
    assert {domain.id: len(domain.questions) for domain in DOMAINS if not 8 <= len(domain.questions) <= 14} == {}


@pytest.mark.parametrize("trade", TRADES)
def test_quick_version_asks_twelve_and_touches_every_domain(trade):
    quick = [domain.for_industry(trade, quick=True) for domain in DOMAINS]
    assert all(quick)
    assert sum(longest(questions) for questions in quick) == QUICK_MOST


@pytest.mark.parametrize("trade", TRADES)
def test_full_version_has_questions_of_the_trade(trade):
    own = [q.id for domain in DOMAINS for q in domain.for_industry(trade) if q.industries]
    assert len(own) >= 5


def test_a_weight_is_given_only_where_the_question_is_asked():
    dead = [
        f"{domain.id}.{question.id}: {trade}"
        for domain in DOMAINS
        for question in domain.questions
        for trade in question.weight
        if not question.asked_in(trade)
    ]
    assert dead == []


def test_question_ids_are_unique_across_domains():
    ids = [question.id for domain in DOMAINS for question in domain.questions]
    assert len(ids) == len(set(ids))


def test_every_scored_question_leaves_room_to_be_right():
    """A best answer without risk exists: a firm in order can reach 100."""
    assert [
        q.id for d in DOMAINS for q in d.questions if q.counts and min(c.risk for c in q.choices if c.risk is not None)
    ] == []
