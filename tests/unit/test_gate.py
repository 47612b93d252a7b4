"""Nothing is cited that is not in force and known."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.content import Content
from knowledge.statutes.book import StatuteBook
from service.gate import CitationGate


def test_quoted_verbatim(gate: CitationGate, book: StatuteBook) -> None:
    (citation,) = gate.cite("《民法典》第五百七十七条")
    article = book.find("民法典", 577, on=gate.on)
    assert article is not None
    assert (citation.kind, citation.text, citation.in_force_since) == ("quoted", article.text, date(2021, 1, 1))


def test_what_does_not_exist_is_never_shown(gate: CitationGate) -> None:
    assert gate.cite("民法典第一千二百六十一条") == []
    assert gate.cite("合同法第五十二条") == []
    assert gate.cite("某某管理办法第三条") == []
    assert gate.cite("民间借贷规定第九百条") == []


def test_a_reference_has_number_and_label_but_no_text(gate: CitationGate) -> None:
    (citation,) = gate.cite("民间借贷规定第二十五条")
    assert (citation.kind, citation.text, citation.note) == ("referenced", None, "条文请核对官方文本")
    assert citation.number


def test_the_trademark_law_changes_with_the_year(book: StatuteBook, content: Content) -> None:
    before = CitationGate(book, content, date(2026, 12, 31)).cite("商标法第四条")
    after = CitationGate(book, content, date(2027, 1, 1)).cite("商标法第四条")
    assert before[0].text != after[0].text
    assert after[0].in_force_since == date(2027, 1, 1)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="民法典劳动合同商标第一二三百千条款项之《》（）0123456789、和至 \n", max_size=60))
def test_any_text_gives_only_articles_of_the_book(gate: CitationGate, book: StatuteBook, text: str) -> None:
    for citation in gate.cite(text):
        if citation.kind == "quoted":
            assert any(citation.text == article.text for article in book.articles(gate.on, citation.law))
