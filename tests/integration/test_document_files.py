"""Both files of every document say what was filled in, word for word, under the label that a machine wrote it."""

from __future__ import annotations

import io
from pathlib import Path

import docx as python_docx
import pytest
from pypdf import PdfReader

from knowledge.content import load_content
from knowledge.documents import DocumentTemplate, load_templates
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.build import build_book
from service.document_files import BASIS, CHECKS, docx, pdf
from service.documents import fill
from service.gate import CitationGate
from tests.integration.test_documents import TEMPLATES, TODAY, anything


@pytest.fixture(scope="module")
def gate(request: pytest.FixtureRequest) -> CitationGate:
    built: Path = build_book(request.config.cache.mkdir("statutes")).path
    return CitationGate(StatuteBook(built), load_content(), TODAY)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
def test_both_files(template: DocumentTemplate, gate: CitationGate) -> None:
    filled = fill(template, anything(template), TODAY, gate)
    paper = python_docx.Document(io.BytesIO(docx(filled)))
    written = [p.text for p in paper.paragraphs]
    assert all(line in written for line in filled.text.splitlines())
    assert filled.label in paper.sections[0].footer.paragraphs[0].text
    pages = PdfReader(io.BytesIO(pdf(filled)))
    printed = "".join(page.extract_text() for page in pages.pages).replace("\n", "")
    assert all(line.replace(" ", "") in printed.replace(" ", "") for line in filled.text.splitlines())
    assert filled.label in printed and "AIGC" in (pages.metadata or {}).get("/Keywords", "")


def test_no_character_of_a_name_is_lost(gate: CitationGate) -> None:
    """李玥喆 is a common name; 䶮 and 𬀩 are on the general list of characters; an emoji leaves a mark."""
    answers = {"lender": "李玥喆", "borrower": "䶮𬀩𠮷😭", "amount": "1"}
    filled = fill(load_templates()["doc:iou"], answers, TODAY, gate)
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(filled))).pages)
    assert "今借到李玥喆1元" in printed.replace(" ", "") and "䶮𬀩" in printed
    assert printed.count("〓") == 2 + ("𠮷" not in printed) and "请照着手写补上" in printed
    assert "李玥喆" in "".join(p.text for p in python_docx.Document(io.BytesIO(docx(filled))).paragraphs)


def test_an_ordinary_paper_does_not_carry_the_second_typeface(gate: CitationGate) -> None:
    filled = fill(load_templates()["doc:iou"], {"lender": "张三"}, TODAY, gate)
    assert b"NotoSansSCReportMore" not in pdf(filled)
    assert b"NotoSansSCReportMore" in pdf(fill(load_templates()["doc:iou"], {"lender": "李玥"}, TODAY, gate))


@pytest.mark.parametrize("length", range(0, 900, 45))
def test_a_signature_never_stands_alone_on_a_page(length: int, gate: CitationGate) -> None:
    """Wherever the page ends: the last words that are signed are on the page of the signature."""
    template = load_templates()["doc:complaint-loan"]
    filled = fill(template, {**anything(template), "story": "他说下个月还。" * (length // 7)}, TODAY, gate)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf(filled))).pages]
    signed = next(page for page in pages if filled.signed[0] in page)
    assert filled.signed[-1] in signed and "此致" in signed and filled.parts[-1].lines[-1] in signed
    heading = filled.parts[-1].heading
    assert heading and heading in signed


def test_the_word_file_keeps_the_signature_with_what_is_signed(gate: CitationGate) -> None:
    template = load_templates()["doc:complaint-loan"]
    filled = fill(template, anything(template), TODAY, gate)
    paper = python_docx.Document(io.BytesIO(docx(filled)))
    texts = [p.text for p in paper.paragraphs]
    first, last = texts.index(filled.parts[-1].lines[-1]), texts.index(filled.signed[-1])
    assert all(p.paragraph_format.keep_with_next for p in paper.paragraphs[first:last])
    assert "PAGE" in paper.sections[0].footer.paragraphs[0]._p.xml


def test_a_sheet_to_take_along_has_no_page_of_checks_for_handing_in(gate: CitationGate) -> None:
    """Its articles follow what it says, under a heading of their own."""
    filled = fill(load_templates()["doc:iou"], {}, TODAY, gate)
    sheet = filled.model_copy(update={"checks": (), "blanks": ()})
    assert sheet.basis
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(sheet))).pages)
    written = "\n".join(p.text for p in python_docx.Document(io.BytesIO(docx(sheet))).paragraphs)
    for text in (printed, written):
        assert CHECKS not in text and BASIS in text
    assert len(PdfReader(io.BytesIO(pdf(sheet))).pages) == 1
    bare = sheet.model_copy(update={"basis": ()})
    assert BASIS not in "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(bare))).pages)
