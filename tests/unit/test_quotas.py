"""How much content issue 3 asks for: by weight of what Longhua's people and firms ask."""

import pytest

from knowledge.content import Content

FAQS, GUIDES = 1_500, 90
WORDINGS = 8
FACTS = range(2, 6)  # questions of a guide's checklist
QUOTAS: dict[tuple[str, ...], int] = {
    ("labour",): 200,
    ("renting",): 90,
    ("marriage",): 130,
    ("inheritance",): 50,
    ("loans",): 90,
    ("contracts",): 90,
    ("traffic", "injury"): 110,
    ("property",): 80,
    ("consumer",): 80,
    ("company",): 80,
    ("ip",): 70,
    ("enterprise",): 80,
    ("procedure",): 110,
    ("privacy",): 40,
    ("protection",): 50,
    ("medical",): 30,
    ("wages_construction",): 40,
    ("general",): 40,
    ("crossing",): 60,
}


def test_enough_answers_and_guides(content: Content) -> None:
    assert len(content.faqs) >= FAQS
    assert len(content.guides) >= GUIDES


@pytest.mark.parametrize("topics", QUOTAS, ids="+".join)
def test_enough_answers_to_each_topic(content: Content, topics: tuple[str, ...]) -> None:
    assert sum(faq.topic in topics for faq in content.faqs.values()) >= QUOTAS[topics]


def test_every_topic_has_a_quota_and_a_guide(content: Content) -> None:
    assert {topic for topics in QUOTAS for topic in topics} == content.topics.keys()
    assert {guide.topic for guide in content.guides.values()} == content.topics.keys()


def test_enough_wordings_of_each(content: Content) -> None:
    entries = [*content.faqs.values(), *content.guides.values()]
    assert [entry.id for entry in entries if len(entry.variants) < WORDINGS] == []


def test_a_checklist_asks_for_two_to_five_facts(content: Content) -> None:
    assert [g.id for g in content.guides.values() if len(g.checklist.questions) not in FACTS] == []
