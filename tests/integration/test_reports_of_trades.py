"""Reports of every trade: golden, and their pages as they are printed."""

from __future__ import annotations

import io
import json
import os
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from knowledge.content import Content
from knowledge.statutes.book import StatuteBook
from service.checkup_report import LABEL, Report, build_report
from service.checkup_script import QUICK as QUICK_VERSION
from service.gate import CitationGate
from service.report_docx import docx
from service.report_pdf import pdf
from service.report_words import Words
from tests.fakes.checkups import mixed_answers, worst_answers
from tests.integration.test_checkup_report import GOLDEN, TODAY, large  # noqa: F401 a fixture


@pytest.fixture(scope="module")
def real(content: Content, book: StatuteBook) -> dict[str, Report]:
    """Reports of all kinds of firms: each trade, the worst and one that goes round the choices, full and quick."""
    gate, made = CitationGate(book, content, TODAY), {}
    for number, trade in enumerate(sorted(content.industries)):
        firms = {
            "worst": worst_answers(content, trade),
            "mixed": mixed_answers(content, trade, number),
            "quick": mixed_answers(content, trade, number, QUICK_VERSION),
        }
        made |= {f"{trade}-{name}": build_report(content, gate, a, TODAY, None) for name, a in firms.items()}
    return made


def test_the_reports_of_every_trade_are_golden(real: dict[str, Report]) -> None:
    """Of our own questions: a changed weight, text, article or branch shows here. XIAOFA_GOLDEN=1 writes them anew."""
    path = GOLDEN / "checkup-trades.json"
    made = json.dumps({name: _short(report) for name, report in real.items()}, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("XIAOFA_GOLDEN"):
        path.write_text(made, "utf-8")
    assert made == path.read_text("utf-8")


def _short(report: Report) -> dict[str, Any]:
    """What a report comes to; texts of articles are left to the statute book's own tests."""
    return {
        "score": report.score,
        "verdict": report.verdict,
        "domains": {domain.title: [domain.score, domain.answered, len(domain.not_asked)] for domain in report.domains},
        "risks": [
            f"{risk.title}｜{risk.found}｜{'、'.join(citation.label for citation in risk.citations)}"
            for risk in report.detailed
        ],
        "more": [risk.title for risk in report.risks[len(report.detailed) :]],
        "fixes": [f"{fix.within_days} {fix.title}" for fix in report.fixes],
    }


def test_no_page_ends_with_a_head_that_has_lost_its_text(large: Report, real: dict[str, Report]) -> None:  # noqa: F811
    for report in (large, *real.values()):
        heads = {Words(report).article_head(c) for risk in report.detailed for c in risk.citations}
        heads |= {f"{day} 天内" for day, _ in report.fixes_by_days} | {"30 天整改表", "和上次比", "说明"}
        for page in PdfReader(io.BytesIO(pdf(report))).pages:
            lines = [line.strip() for line in page.extract_text().splitlines() if line.strip()]
            last = next(line for line in reversed(lines) if LABEL not in line)
            assert last not in heads and not any(head.endswith(last) for head in heads if len(last) > 12), last
        for paragraph in Document(io.BytesIO(docx(report))).paragraphs:
            if paragraph.text in heads:
                assert paragraph.paragraph_format.keep_with_next or paragraph.style.name == "Heading 1", paragraph.text
