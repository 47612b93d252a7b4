"""What the eight domains add up to for a firm: nobody is left without questions of his own trade, and the quick version
touches every field of law."""

import pytest

from knowledge.checkup import DOMAIN_MOST, FULL_MOST, QUICK_MOST, longest
from knowledge.content import load_content
from service.checkup import assess
from tests.fakes.checkups import worst_answers

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
def test_no_trade_is_asked_more_than_sixty_and_no_domain_more_than_twenty_five(trade):
    lengths = [longest(domain.for_industry(trade)) for domain in DOMAINS]
    assert max(lengths) <= DOMAIN_MOST == 25
    assert sum(lengths) <= FULL_MOST == 60


@pytest.mark.parametrize("trade", TRADES)
def test_the_worst_firm_of_every_trade_has_no_point(trade):
    found = assess(DOMAINS, worst_answers(CONTENT, trade), trade)
    assert found.score == 0 and len(found.risks) > 40


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


def test_every_weak_spot_leads_to_a_faq_but_for_the_few_that_have_none_yet():
    """Write the FAQ, then take the question off this list; `knowledge check` refuses a link that leads nowhere."""
    alone = {q.id for d in DOMAINS for q in d.questions if q.counts and not q.faq}
    assert alone == {"software_licence", "label", "equipment", "waste", "school_licence", "property_cover"}
