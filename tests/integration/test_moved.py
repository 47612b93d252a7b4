"""The Trademark Law is renumbered on 2027-01-01: what was written before is shown the articles that say the same, not the
new ones that bear the old numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from actions.runtime import Runtime, refresh
from cases.database import Database
from knowledge.check import cited, entries, review_id
from knowledge.content import Content
from knowledge.search.encoder import HashEncoder
from knowledge.search.engine import SearchEngine
from knowledge.statutes.book import Article, StatuteBook
from knowledge.statutes.citations import parse_one
from knowledge.statutes.moved import load_moved, moved_to
from service.answering import Answerer
from service.gate import CitationGate
from service.runtime import Knowledge
from settings.clock import FixedClock
from tests.fakes.knowledge import MODEL

LAST, FIRST = date(2026, 12, 31), date(2027, 1, 1)
NOON = datetime(2026, 12, 31, 4, tzinfo=UTC)  # in Shenzhen
# The rule itself was rewritten, so the texts are not alike; read one by one.
REWRITTEN = {
    "商标法第四条", "商标法第九条", "商标法第九条第二款", "商标法第十条", "商标法第十九条", "商标法第三十条", "商标法第五十条", "商标法第六十七条",
}  # fmt: skip


def article(book: StatuteBook, reference: str, on: date) -> Article:
    parsed = parse_one(reference)
    found = book.find(parsed.law or "", parsed.article, on=on)
    assert found, (reference, on)
    return found


class TwoLaws(StatuteBook):
    """The real book, of which only two laws are indexed: one changes with the year, one does not."""

    def articles(self, on: date, law: str | None = None) -> Iterator[Article]:
        yield from super().articles(on, "商标法")
        yield from super().articles(on, "劳动争议调解仲裁法")


def test_a_server_that_runs_over_new_year_answers_from_the_new_law(
    book_file: Path, content: Content, tmp_path: Path
) -> None:
    small = Content(
        faqs={"ip.trademark.squatted": content.faqs["ip.trademark.squatted"]},
        guides={"guide.ip.trademark-squatted": content.guides["guide.ip.trademark-squatted"]},
        references=content.references,
        topics=content.topics,
        places=content.places,
    )
    engine = SearchEngine(HashEncoder(), small, TwoLaws(book_file), tmp_path, LAST)
    engine.prepare()
    gate = CitationGate(engine.book, small, LAST)
    clock, database = FixedClock(NOON), Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    database.migrate()
    runtime = Runtime(
        Knowledge(small, engine.book, engine, gate, Answerer(engine, small, gate, MODEL)), database, clock
    )
    assert refresh(runtime) is False
    before = {citation.article for citation in runtime.answerer.faq_card("ip.trademark.squatted").citations}
    clock.moment = NOON + timedelta(days=1)
    assert refresh(runtime) is True and refresh(runtime) is False
    card = runtime.answerer.faq_card("ip.trademark.squatted")
    assert card.law_as_of == FIRST and "第三十三条" in before
    assert {citation.in_force_since for citation in card.citations if citation.law.endswith("商标法")} == {FIRST}
    found = runtime.knowledge.engine.search("商标驰名情况确认").statutes
    assert runtime.knowledge.engine.size()["articles"] == len(list(engine.book.articles(FIRST))) and found
    clock.moment = NOON + timedelta(days=2)
    assert refresh(runtime) is True  # nothing came into force: only the day
    assert runtime.knowledge.engine.statutes is not engine.statutes


@pytest.mark.parametrize("was", sorted(load_moved()))
def test_each_row_leads_to_the_article_that_says_the_same(was: str, book: StatuteBook) -> None:
    until, now = load_moved()[was]
    old = article(book, was, until)
    for reference in now:
        new = article(book, reference, FIRST)
        alike = SequenceMatcher(None, old.text, new.text, autojunk=False).ratio()
        assert alike > 0.55 or was in REWRITTEN, (was, reference, alike)


def test_every_trademark_article_our_content_cites_is_in_the_table(content: Content) -> None:
    bare = {
        parse_one(text).article for entry in entries(content) for text in cited(entry) if text.startswith("商标法第")
    }
    assert bare and bare <= {parse_one(was).article for was in load_moved()}


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("商标法第三十三条", ["《商标法》第三十六条"]),
        ("商标法第六十四条第二款", ["《商标法》第七十八条第二款"]),
        ("商标法第五十九条第三款", ["《商标法》第七十三条第四款"]),
        ("商标法第四条", ["《商标法》第五条", "《商标法》第十九条"]),
        ("民法典第五百七十七条", ["《民法典》第五百七十七条"]),
    ],
)
def test_what_was_read_before_is_followed(was: str, now: list[str], book: StatuteBook, content: Content) -> None:
    entry = "guide.ip.trademark-squatted"
    before = CitationGate(book, content, LAST).cite_all([was], entry=entry)
    after = CitationGate(book, content, FIRST).cite_all([was], entry=entry)
    assert [c.label.replace("中华人民共和国", "") for c in before] == [
        f"《{was.replace('法', '法》', 1)}" if "商标" in was else now[0]
    ]
    assert [c.label.replace("中华人民共和国", "") for c in after] == now
    assert moved_to(parse_one(was), LAST) is None


def test_what_was_read_under_the_new_law_keeps_its_number(book: StatuteBook, content: Content) -> None:
    """A FAQ rewritten at the desk after the change cites 57 and means the new 57."""
    new = article(book, "商标法第五十七条", FIRST)
    rewritten = replace(content, readings={"ip.x": {"商标法第五十七条": new.sha256}})
    gate = CitationGate(book, rewritten, FIRST)
    assert gate.cite_all(["商标法第五十七条"], entry="ip.x")[0].article == "第五十七条"
    assert gate.cite_all(["商标法第五十七条"], entry="ip.trademark.squatted")[0].article == "第七十二条"
    assert gate.cite_all(["商标法第五十七条"])[0].article == "第五十七条"  # a person who names it means today's


def test_no_answer_of_the_new_year_shows_an_article_about_something_else(book: StatuteBook, content: Content) -> None:
    old, new = CitationGate(book, content, LAST), CitationGate(book, content, FIRST)
    for entry in entries(content):
        for reference in cited(entry):
            if not reference.startswith("商标法第") or reference in REWRITTEN:
                continue
            (was,), (now,) = (gate.cite_all([reference], entry=review_id(entry)) for gate in (old, new))
            assert SequenceMatcher(None, was.text, now.text, autojunk=False).ratio() > 0.55, (entry.id, reference)
