"""A printed sheet of ours as .docx, with our typeface embedded (only the characters used) and the label in text and metadata."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, date, datetime, time

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from fontTools import subset
from fontTools.ttLib import TTFont

from service.sheet_pdf import ACCENT, FONT, INK, QUIET, Colour

TYPEFACE = "Noto Sans SC Report"
FONT_PART = "/word/fonts/font1.odttf"
OBFUSCATED = "application/vnd.openxmlformats-officedocument.obfuscatedFont"


def new_document(*, title: str, label: str, mark: str, comments: str, made_on: date) -> DocumentType:
    """An empty sheet: A4, our typeface, the label in the footer and the metadata."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(16)
    style = document.styles["Normal"]
    style.font.name, style.font.size = TYPEFACE, Pt(10.5)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), TYPEFACE)
    top = document.styles["Heading 1"]
    top.font.name, top.font.size, top.font.color.rgb = TYPEFACE, Pt(14), RGBColor(*ACCENT)
    top.font.bold = False
    fonts = top.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), TYPEFACE)
    top.paragraph_format.space_before, top.paragraph_format.space_after = Pt(10), Pt(4)
    _footer(section.footer.paragraphs[0], label)
    about, made = document.core_properties, datetime.combine(made_on, time(), UTC)
    about.title, about.subject, about.author = title, label, "龙华小法"
    about.keywords, about.comments, about.language = mark, comments, "zh-CN"
    about.created = about.modified = made
    return document


def heading(document: DocumentType, text: str) -> None:
    document.add_heading(text, 1)


def line(
    document: DocumentType,
    text: str,
    size: float = 10.5,
    colour: Colour = INK,
    indent: float = 0,
    *,
    keep: bool = False,
) -> None:
    """`keep`: on the same page as the line that follows, for a head."""
    if not text:
        return
    paragraph: Paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Mm(indent)
    paragraph.paragraph_format.space_after = Pt(3)
    paragraph.paragraph_format.keep_with_next = keep or None
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(size), RGBColor(*colour)


def _footer(paragraph: Paragraph, label: str) -> None:
    """The label and the number of the page, as at the foot of the PDF."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in (f"{label}　第 ", "", " 页"):
        run = paragraph.add_run(text)
        run.font.size, run.font.color.rgb = Pt(8), RGBColor(*QUIET)
        if not text:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), "PAGE")
            run._r.addprevious(field)
            field.append(run._r)
            run.text = "1"


def saved(document: DocumentType) -> bytes:
    """The file, with the characters it uses embedded."""
    _embed(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _embed(document: DocumentType) -> None:
    """Put the typeface into the file as ECMA-376 (part 4, 17.8.1) has it: its head XORed with the key in fontTable.xml."""
    key = uuid.uuid5(uuid.NAMESPACE_URL, TYPEFACE)
    written = (document.element, *(section.footer._element for section in document.sections))
    font = _subset(
        {char for part in written for node in part.iter(qn("w:t")) for char in node.text or ""} | set("0123456789")
    )
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
