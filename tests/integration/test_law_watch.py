"""The law-change watch: which content cites an article whose text or force is not what its reader read."""

from __future__ import annotations

from datetime import date

import pytest

from desk.pages.watch import NO_TEXT, Change, changes
from knowledge.check import article_hashes, cited, entries
from knowledge.content import Content
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.citations import parse_one
from tests.unit.conftest import TODAY

NEW_YEAR = date(2027, 1, 5)  # five days after the Trademark Law of 2026 came into force


def found(content: Content, book: StatuteBook, on: date, read: dict[str, dict[str, str]] | None = None) -> list[Change]:
    return changes(content, book, on, read or {})


def of(rows: list[Change], kind: str) -> list[Change]:
    return [row for row in rows if row.kind == kind]


def test_today_nothing_has_changed_and_what_comes_is_told(content: Content, book: StatuteBook) -> None:
    rows = found(content, book, TODAY)
    assert of(rows, "changed") == []
    coming = of(rows, "coming")
    assert coming
    assert all("商标法" in row.what for row in coming)
    citing = {entry.id for entry in entries(content) if any("商标法" in text for text in cited(entry))}
    assert {row.id for row in coming} <= citing


def test_a_rule_whose_text_is_not_in_the_book_is_no_change_of_law(content: Content, book: StatuteBook) -> None:
    """Regulations and interpretations come by import: without it nothing can be compared, and nothing is said to have ended."""
    unknown = of(found(content, book, TODAY), "unknown")
    for row in unknown:
        parsed = parse_one(row.what.split("：")[0])
        assert book.lookup(parsed.law or "", parsed.article, parsed.sub, on=TODAY).reason in NO_TEXT
    faq = content.faqs["labour.wages.arrears"]
    read = article_hashes(faq, content, book, TODAY) | {"从未听说过的条例第三条": "read elsewhere"}
    assert [row.what for row in of(found(content, book, TODAY, {faq.id: read}), "unknown") if row.id == faq.id] == [
        "从未听说过的条例第三条：没有文本"
    ]


def test_after_the_new_law_the_same_content_has_to_be_mended(content: Content, book: StatuteBook) -> None:
    announced = {row.id for row in of(found(content, book, TODAY), "coming")}
    late = of(found(content, book, NEW_YEAR), "changed")
    assert announced
    assert announced <= {row.id for row in late}
    assert all("文字变了" in row.what or "不再有效" in row.what for row in late)
    # Whoever cites nothing that changed is left alone.
    assert "labour.wages.arrears" not in {row.id for row in late}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"劳动合同法第三十条": "another text"}, "劳动合同法第三十条：文字变了"),
        ({"合同法第一百零七条": "was in force once"}, "合同法第一百零七条：不再有效"),
        ({"民法典第五百七十七条": "was cited once"}, "民法典第五百七十七条：不再引用"),
    ],
    ids=["text", "force", "cited"],
)
def test_what_was_published_at_the_desk_is_held_to_its_own_review(
    content: Content, book: StatuteBook, change: dict[str, str], what: str
) -> None:
    faq = content.faqs["labour.wages.arrears"]
    today = article_hashes(faq, content, book, TODAY)
    assert "劳动合同法第三十条" in today
    (row,) = of(found(content, book, TODAY, {faq.id: today | change}), "changed")
    assert (row.id, row.title, row.what) == (faq.id, faq.question, what)
