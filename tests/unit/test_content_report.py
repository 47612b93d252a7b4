"""`xiaofa knowledge report`: FAQs and guides counted apart, read only what stands as it was read, and the totals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from knowledge.check import entries, review_of
from knowledge.content import Content
from knowledge.schema import Review
from knowledge.statutes.book import StatuteBook
from tests.unit.conftest import TODAY
from xiaofa import knowledge as command
from xiaofa.content_report import HEADINGS, TOTAL, Line, lines, page

FAQS = ("labour.wages.arrears", "labour.contract.none", "renting.deposit.not-returned")
GUIDE = "guide.labour.contract-expiry"


@pytest.fixture
def few(content: Content) -> Content:
    faqs = {id_: content.faqs[id_] for id_ in FAQS}
    return replace(content, faqs=faqs, guides={GUIDE: content.guides[GUIDE]})


@pytest.fixture
def reviews(few: Content, book: StatuteBook) -> dict[str, Review]:
    """Each read a day after the one before."""
    return {
        entry.id: review_of(entry, few, book, TODAY, author="甲", reader="乙").model_copy(
            update={"on": TODAY + timedelta(days=number)}
        )
        for number, entry in enumerate(entries(few))
    }


def by_label(content: Content, reviews: dict[str, Review], book: StatuteBook) -> dict[str, Line]:
    return {line.label: line for line in lines(content, reviews, book, TODAY)}


def test_a_line_for_each_topic_with_content_then_the_totals(
    few: Content, reviews: dict[str, Review], book: StatuteBook
) -> None:
    found = by_label(few, reviews, book)
    assert list(found) == [few.topics["labour"].label, few.topics["renting"].label, TOTAL]
    labour, renting, total = found.values()
    assert [(line.faqs, line.guides) for line in found.values()] == [(2, 1), (1, 0), (3, 1)]
    assert total.wordings == labour.wordings + renting.wordings == sum(len(e.variants) for e in entries(few))
    assert [line.verified for line in found.values()] == [1.0, 1.0, 1.0]
    assert (labour.oldest, renting.oldest, total.oldest) == (TODAY, TODAY + timedelta(days=2), TODAY)


def test_what_guides_cite_is_no_part_of_what_a_faq_cites(
    few: Content, reviews: dict[str, Review], book: StatuteBook
) -> None:
    found = by_label(few, reviews, book)
    labour, renting, total = found.values()
    each = [len(few.faqs[id_].statutes) for id_ in FAQS]
    assert labour.faq_citations == sum(each[:2]) / 2
    assert total.faq_citations == sum(each) / 3
    assert renting.guide_citations == 0
    assert total.guide_citations == labour.guide_citations > 5  # its outcomes included


def test_changed_content_changed_law_and_a_text_not_read_are_not_verified(
    few: Content, reviews: dict[str, Review], book: StatuteBook
) -> None:
    def share(**change: Review) -> float:
        return by_label(few, {**reviews, **change}, book)[TOTAL].verified

    first = reviews[FAQS[0]]
    assert share() == 1.0
    assert share(**{FAQS[0]: first.model_copy(update={"content": "0" * 64})}) == 0.75
    assert share(**{FAQS[0]: first.model_copy(update={"articles": dict.fromkeys(first.articles, "0" * 64)})}) == 0.75
    assert share(**{FAQS[0]: first.model_copy(update={"articles": {}})}) == 0.75
    assert by_label(few, {}, book)[TOTAL].verified == 0.0
    assert by_label(few, {}, book)[TOTAL].cells()[-1] == "—"


def test_the_page_has_every_line(few: Content, reviews: dict[str, Review], book: StatuteBook) -> None:
    found = lines(few, reviews, book, TODAY)
    rows = [row for row in page(found, TODAY).splitlines() if row.startswith("| ")]
    assert rows[0] == f"| {' | '.join(HEADINGS)} |"
    assert rows[1:] == [f"| {' | '.join(line.cells())} |" for line in found]
    assert str(TODAY) in page(found, TODAY)


def test_the_command_writes_the_page(
    few: Content, reviews: dict[str, Review], book: StatuteBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "load_content", lambda strict: few)
    monkeypatch.setattr(command, "load_reviews", lambda: (reviews, []))
    monkeypatch.setattr(command, "open_book", lambda settings: book)
    done = CliRunner().invoke(command.app, ["report", "--on", str(TODAY), "--page", str(tmp_path / "content.md")])
    assert done.exit_code == 0, done.output
    assert TOTAL in done.output
    assert (tmp_path / "content.md").read_text("utf-8") == page(lines(few, reviews, book, TODAY), TODAY)


def test_cells_are_as_people_read_them() -> None:
    line = Line("合同", 2, 1, 30, 4.25, 11.0, 0.6666, date(2026, 11, 20))
    assert line.cells() == ("合同", "2", "1", "30", "4.2", "11.0", "66.7%", "2026-11-20")
