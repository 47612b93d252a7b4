"""Every question written for a law of the book is written for an article that is there."""

from __future__ import annotations

from knowledge.search.asked import load_asked
from knowledge.statutes.book import StatuteBook
from tests.unit.conftest import TODAY


def test_no_question_waits_for_an_article_that_a_law_in_force_does_not_have(book: StatuteBook) -> None:
    keys = {article.key for article in book.articles(TODAY)}
    laws = {key.partition("#")[0] for key in keys}
    of_the_book = [key for key in load_asked() if key.partition("#")[0] in laws]
    assert len(of_the_book) >= 5_000
    assert [key for key in of_the_book if key not in keys] == []
