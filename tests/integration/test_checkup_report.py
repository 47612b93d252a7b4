"""The report: golden, compared with the one before, the same words on the page, in the PDF and in the .docx."""

from __future__ import annotations

import io
import json
import os
import uuid
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from docx import Document
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from knowledge.content import Content, load_content
from knowledge.statutes.book import StatuteBook
from service import interviews
from service.checkup_report import LABEL, Report, build_report
from service.checkup_script import CheckupInterview
from service.gate import CitationGate
from service.radar import Radar, svg
from service.report_docx import docx
from service.report_links import ReportLinks
from service.report_pdf import pdf
from service.report_words import Words
from service.sheet_pdf import FONT
from tests.fakes.checkups import worst_answers

TODAY = date(2026, 11, 23)
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
QUICK = {"industry": "garment", "extent": "quick", "hiring__staff": "few"}
ANSWERS = {
    "quick-bad": QUICK | {"hiring__contract": "none", "hiring__insurance": "none", "contracts__penalty": "none"},
    "quick-good": QUICK | {"hiring__contract": "all", "hiring__insurance": "all", "contracts__penalty": "written"},
    "quick-unsure": QUICK | {"hiring__contract": "unknown", "hiring__insurance": "unknown"},
    "full": {
        "industry": "other", "extent": "full", "hiring__staff": "many", "hiring__contract": "all", "hiring__copy": "ours",
        "hiring__insurance": "all", "contracts__penalty": "none", "contracts__stamp": "loose",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def small(content: Content) -> Content:
    loaded = load_content(Path(__file__).resolve().parents[1] / "unit" / "checkups")
    named = {q.faq for domain in loaded.domains.values() for q in domain.questions if q.faq}
    loaded.faqs = {id_: content.faqs[id_] for id_ in named}
    return loaded


@pytest.fixture(scope="module")
def reports(small: Content, book: StatuteBook) -> dict[str, Report]:
    gate = CitationGate(book, small, TODAY)
    made = {name: build_report(small, gate, answers, TODAY, None) for name, answers in ANSWERS.items()}
    made["again"] = build_report(small, gate, ANSWERS["quick-good"], date(2027, 2, 23), made["quick-bad"])
    return made


@pytest.fixture(scope="module")
def large(content: Content, book: StatuteBook) -> Report:
    """The worst report our real questions can give."""
    answers = worst_answers(content, "electronics")
    return build_report(content, CitationGate(book, content, TODAY), answers, TODAY, None)


@pytest.mark.parametrize("name", [*ANSWERS, "again"])
def test_golden(name: str, reports: dict[str, Report]) -> None:
    """XIAOFA_GOLDEN=1 writes them anew; then read the difference."""
    path = GOLDEN / f"checkup-{name}.json"
    made = json.dumps(reports[name].model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("XIAOFA_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, "utf-8")
    assert made == path.read_text("utf-8")


def test_the_order_the_fix_list_and_what_was_not_asked(reports: dict[str, Report]) -> None:
    bad = reports["quick-bad"]
    assert [risk.title for risk in bad.risks] == ["没签书面劳动合同", "没交社保", "没写违约责任"]
    assert [fix.within_days for fix in bad.fixes] == [7, 14, 30]
    assert [(domain.title, domain.not_asked) for domain in bad.not_asked] == [("合同", ("公章没人管",))]
    assert all(citation.text for risk in bad.risks for citation in risk.citations)
    assert reports["quick-unsure"].fixes[0].title == "先弄清楚：没签书面劳动合同"
    assert (reports["quick-good"].score, reports["quick-good"].risks) == (100, ())


def test_a_report_survives_being_stored(reports: dict[str, Report]) -> None:
    for report in reports.values():
        assert Report.model_validate(json.loads(report.model_dump_json())) == report


def test_compared_with_the_last(reports: dict[str, Report]) -> None:
    change = reports["again"].comparison
    assert change and set(change.mended) == {"没签书面劳动合同", "没交社保", "没写违约责任"}
    assert Words(reports["again"]).changes[0] == "上次是 2026年11月23日，总分 0；这次 100。"


def test_the_pdf_says_it_all_and_embeds_the_typeface(large: Report) -> None:
    reader = PdfReader(io.BytesIO(pdf(large)))
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")
    for risk in large.detailed:
        assert risk.title in text and risk.first_step.replace(" ", "") in text
        assert not risk.faq_id or f"问小法：{risk.faq_question}".replace(" ", "") in text
    assert all(LABEL in page.extract_text() for page in reader.pages)
    assert reader.metadata and reader.metadata.subject == LABEL and "AIGC" in (reader.metadata["/Keywords"] or "")
    fonts = reader.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    descriptor = next(iter(fonts)).get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
    assert "/FontFile2" in descriptor


def test_the_docx_says_it_all_and_embeds_the_typeface(large: Report) -> None:
    body = docx(large)
    document = Document(io.BytesIO(body))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert all(risk.title in text and risk.first_step in text for risk in large.detailed)
    assert all(f"问小法：{risk.faq_question}" in text for risk in large.detailed if risk.faq_id)
    assert LABEL in text and document.core_properties.subject == LABEL
    assert "AIGC" in document.core_properties.keywords and len(document.inline_shapes) == 1
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        hidden = parts.read("word/fonts/font1.odttf")
        table = ElementTree.fromstring(parts.read("word/fontTable.xml"))
        assert b"embedTrueTypeFonts" in parts.read("word/settings.xml")
    key = next(value for node in table.iter() for name, value in node.attrib.items() if name.endswith("fontKey"))
    mask = uuid.UUID(key).bytes[::-1] * 2
    plain = bytes(a ^ b for a, b in zip(hidden[:32], mask, strict=True)) + hidden[32:]
    known = TTFont(io.BytesIO(plain)).getBestCmap()
    assert {ord(char) for char in text if char.isprintable()} <= known.keys()


def test_the_word_file_numbers_its_pages_under_the_label(large: Report) -> None:
    foot = Document(io.BytesIO(docx(large))).sections[0].footer.paragraphs[0]
    assert LABEL in foot.text and "PAGE" in foot._p.xml


def test_the_typeface_knows_every_character_we_may_print(content: Content, book: StatuteBook) -> None:
    known = TTFont(FONT).getBestCmap()
    gate = CitationGate(book, content, TODAY)
    for domain in content.domains.values():
        for question in domain.questions:
            texts = [question.ask, question.title, question.why, question.first_step, domain.title]
            texts += [c.label for c in question.choices]
            texts += [content.faqs[question.faq].question] if question.faq else []
            texts += [f"{c.label}{c.text}{c.source}{c.number}{c.note}" for c in gate.cite_all(question.statutes)]
            missing = {char for text in texts if text for char in text if ord(char) not in known and char.isprintable()}
            assert not missing, (domain.id, question.id, missing)


def test_the_radar_tells_its_numbers_to_those_who_do_not_see_it() -> None:
    drawn = svg([("用工", 40), ("合同<", 80), ("知识产权", 100)])
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img" and "合同< 80 分" in "".join(root.itertext())
    assert svg([("一", 1), ("二", 2)]) == ""
    radar = Radar([("a", 100), ("b", 0), ("c", 50), ("d", 100)], (0, 0), 10)
    assert [(round(x), round(y)) for x, y in radar.shape] == [(0, -10), (0, 0), (0, 5), (-10, 0)]


def test_a_link_is_signed() -> None:
    links = ReportLinks(KEY)
    token = links.token("r_1")
    assert links.read(token) == "r_1"
    assert links.read("r_2" + token[3:]) is None and links.read("r_1-") is None and links.read("") is None
    assert [link.rpartition("/")[2] for link in links.all("r_1")] == [token, f"{token}.pdf", f"{token}.docx"]


def test_the_quick_version_can_be_read_and_answered_in_four_minutes(content: Content) -> None:
    """At 5 characters a second and 4 seconds to decide, for the longest way through of every industry."""
    script = CheckupInterview(content)
    for industry in content.industries:
        for last in (0, -1):
            answers, seconds = {"industry": industry, "extent": "quick"}, 0.0
            while question := script.next_question(answers, TODAY):
                seconds += (len(question.ask) + sum(len(c.label) for c in question.choices)) / 5 + 4
                answers[question.id] = question.choices[last].id
            assert seconds < 240, (industry, seconds)
            assert interviews.pruned(script.script, answers) == answers
