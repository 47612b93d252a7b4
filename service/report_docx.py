"""The report as .docx, with our typeface embedded (only the characters used) and the label in text and metadata."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime, time

from docx import Document
from docx.document import Document as DocumentType
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from service.checkup_report import Report
from service.radar import RINGS, Radar
from service.report_pdf import ACCENT, FONT, INK, PALE, QUIET, RED
from service.report_words import Words

TYPEFACE = "Noto Sans SC Report"
FONT_PART = "/word/fonts/font1.odttf"
OBFUSCATED = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
SCALE = 3  # the chart is drawn larger and shrunk: smooth lines
Colour = tuple[int, int, int]


def docx(report: Report) -> bytes:
    """The document."""
    words, document = Words(report), Document()
    _set_up(document, report, words)
    _line(document, report.title, 20, ACCENT)
    _line(document, words.about, 10, QUIET)
    _line(document, words.label, 10, RED)
    _line(document, words.score, 16)
    _line(document, report.verdict, 12)
    chart = _chart(words)
    if chart:
        document.add_picture(io.BytesIO(chart), width=Mm(130))
    for line in words.score_lines:
        _line(document, line)
    if report.comparison:
        _heading(document, "和上次比")
        for line in words.changes:
            _line(document, line)
    if report.risks:
        _heading(document, words.risks_heading)
        for number, risk in enumerate(report.detailed, 1):
            _line(document, f"{number}. {risk.title}（{risk.domain}）", 12.5, RED if risk.serious else INK)
            for line in words.of_risk(risk):
                _line(document, line, indent=4)
            for citation in risk.citations:
                _line(document, words.article_head(citation), 9.5, ACCENT, indent=4)
                _line(document, words.article_text(citation), 9.5, QUIET, indent=8)
        _heading(document, "30 天整改表")
        for day, fixes in report.fixes_by_days:
            _line(document, f"{day} 天内", 12, ACCENT)
            for fix in fixes:
                _line(document, f"□ {fix.title}：{fix.step}", indent=4)
    if report.not_asked:
        _heading(document, words.rest_heading)
        for line in words.not_asked:
            _line(document, line)
    _heading(document, "说明")
    for line in words.notes:
        _line(document, line, 9.5, QUIET)
    _embed(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: DocumentType, report: Report, words: Words) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(16)
    style = document.styles["Normal"]
    style.font.name, style.font.size = TYPEFACE, Pt(10.5)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), TYPEFACE)
    heading = document.styles["Heading 1"]
    heading.font.name, heading.font.size, heading.font.color.rgb = TYPEFACE, Pt(14), RGBColor(*ACCENT)
    heading.font.bold = False
    fonts = heading.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), TYPEFACE)
    section.footer.paragraphs[0].text = report.label
    about, made = document.core_properties, datetime.combine(report.made_on, time(), UTC)
    about.title, about.subject, about.author = report.title, report.label, "龙华小法"
    about.keywords, about.comments, about.language = words.mark, words.label, "zh-CN"
    about.created = about.modified = made


def _heading(document: DocumentType, text: str) -> None:
    document.add_heading(text, 1)


def _line(document: DocumentType, text: str, size: float = 10.5, colour: Colour = INK, indent: float = 0) -> None:
    if not text:
        return
    paragraph: Paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Mm(indent)
    paragraph.paragraph_format.space_after = Pt(3)
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(size), RGBColor(*colour)


def _chart(words: Words) -> bytes | None:
    """The radar chart as PNG."""
    radar = Radar(words.axes, (310 * SCALE, 210 * SCALE), 150 * SCALE)
    if not radar.drawable:
        return None
    image = Image.new("RGB", (620 * SCALE, 420 * SCALE), "white")
    draw = ImageDraw.Draw(image, "RGBA")
    font = ImageFont.truetype(str(FONT), 17 * SCALE)
    for value in RINGS:
        draw.polygon(radar.ring(value), outline=PALE, width=SCALE)
    for number, (label, value) in enumerate(words.axes):
        draw.line([radar.centre, radar.at(number, 1)], fill=PALE, width=SCALE)
        anchor = {-1: "rm", 0: "mm", 1: "lm"}[int(radar.anchor(number))]
        draw.text(radar.at(number, 1.12), f"{label} {value}", fill=INK, font=font, anchor=anchor)
    draw.polygon(radar.shape, fill=(*ACCENT, 64), outline=ACCENT, width=3 * SCALE)
    out = io.BytesIO()
    image.resize((930, 630), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _embed(document: DocumentType) -> None:
    """Put the typeface into the file as ECMA-376 (part 4, 17.8.1) has it: its head XORed with the key in fontTable.xml."""
    key = uuid.uuid5(uuid.NAMESPACE_URL, TYPEFACE)
    font = _subset({char for node in document.element.iter(qn("w:t")) for char in node.text or ""})
    mask = key.bytes[::-1] * 2
    hidden = bytes(a ^ b for a, b in zip(font[:32], mask, strict=True)) + font[32:]
    main = document.part
    table = next(rel.target_part for rel in main.rels.values() if rel.reltype == RELATIONSHIP_TYPE.FONT_TABLE)
    relation = table.relate_to(
        Part(PackURI(FONT_PART), OBFUSCATED, hidden, main.package), f"{RELATIONSHIP_TYPE.FONT_TABLE[:-9]}font"
    )
    entry = (
        f'<w:font w:name="{TYPEFACE}"><w:altName w:val="微软雅黑"/><w:charset w:val="86"/><w:family w:val="swiss"/>'
        f'<w:pitch w:val="variable"/><w:embedRegular r:id="{relation}" w:fontKey="{{{str(key).upper()}}}"/></w:font>'
    )
    text = table.blob.decode("utf-8")
    if "xmlns:r=" not in text:
        text = text.replace(
            "<w:fonts ",
            '<w:fonts xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ',
            1,
        )
    table._blob = text.replace("</w:fonts>", entry + "</w:fonts>").encode("utf-8")
    settings = document.settings.element
    for name in ("w:saveSubsetFonts", "w:embedTrueTypeFonts"):
        settings.insert(0, OxmlElement(name))


def _subset(characters: set[str]) -> bytes:
    font = TTFont(FONT)
    options = subset.Options(layout_features=[], notdef_outline=True, name_IDs=["*"])
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(characters)))
    cutter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
