"""Both files of every document say what was filled in, word for word, under the label that a machine wrote it."""

from __future__ import annotations

import io
from pathlib import Path

import docx as python_docx
import pytest
from pypdf import PdfReader

from knowledge.content import load_content
from knowledge.documents import DocumentTemplate
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.build import build_book
from service.document_files import docx, pdf
from service.documents import fill
from service.gate import CitationGate
from tests.unit.test_documents import TEMPLATES, TODAY, anything


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
