"""Which of our entries answer the real questions: graded once, kept by number, and used to tell right cards from wrong ones."""

from __future__ import annotations

from knowledge.content import Content
from knowledge.search.content_index import FaqHit
from knowledge.search.engine import SearchResult
from knowledge.search.lay_questions import LayQuestion, graded, split
from knowledge.search.statute_index import StatuteHit
from knowledge.search.tuning import card_holds

QUESTION = LayQuestion(1, "老板不发工资", frozenset({"劳动合同法#30"}), "test", frozenset({"labour.a", "guide.a"}))


def hit(id_: str) -> FaqHit:
    return FaqHit(id_, 0.5, 0.5, 0.5, 0.0, "")


def test_every_question_that_tunes_or_tests_is_graded_by_entries_that_are_there(content: Content) -> None:
    rows = graded()
    assert rows.keys() == {number for number, part in split().items() if part != "fit"}
    assert frozenset().union(*rows.values()) <= content.faqs.keys() | content.guides.keys()


def test_a_card_holds_the_nearest_guide_two_answers_and_the_likely_articles() -> None:
    article = StatuteHit("劳动合同法#30", 1.0, 0.5, 0.0, 0.0)
    assert card_holds(QUESTION, SearchResult("问", faqs=[hit("x"), hit("labour.a")]), 0.2)
    assert card_holds(QUESTION, SearchResult("问", guides=[hit("guide.a")]), 0.2)
    assert card_holds(QUESTION, SearchResult("问", statutes=[article]), 0.2)
    assert not card_holds(QUESTION, SearchResult("问", faqs=[hit("x"), hit("y"), hit("labour.a")]), 0.2)
    assert not card_holds(QUESTION, SearchResult("问", guides=[hit("guide.b"), hit("guide.a")]), 0.2)
