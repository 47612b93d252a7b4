"""A filled document as .docx and as PDF: the same words in both, the label on every page and in the metadata."""

from __future__ import annotations

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK

from service.documents import Filled
from service.sheet_docx import heading, line, new_document, saved
from service.sheet_pdf import QUIET, RED, Sheet

CHECKS = "交出去之前请核对（这一页不用交）"


def basis(filled: Filled) -> list[str]:
    """The articles behind the document, for the person's own page."""
    return [f"{c.label}：{c.text}" if c.text else f"{c.label}（{c.number}，{c.note}）" for c in filled.basis]


def docx(filled: Filled) -> bytes:
    document = new_document(
        title=filled.title, label=filled.label, mark=filled.mark, comments=filled.label, made_on=filled.made_on
    )
    line(document, filled.title, 20)
    document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in filled.parts:
        if part.heading:
            heading(document, part.heading)
        for text in part.lines:
            line(document, text, 12)
    if filled.to:
        line(document, "此致", 12)
        line(document, filled.to, 12)
    for text in filled.signed:
        line(document, text, 12)
        document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    heading(document, CHECKS)
    line(document, filled.label, 10.5, RED)
    for text in (*filled.checks, *(f"要补：{blank}" for blank in filled.blanks)):
        line(document, f"□ {text}")
    for text in basis(filled):
        line(document, text, 9.5, QUIET)
    return saved(document)


def pdf(filled: Filled) -> bytes:
    sheet = Sheet(title=filled.title, label=filled.label, mark=filled.mark, made_on=filled.made_on)
    sheet.write_line(filled.title, 20, after=4, align="C")
    for part in filled.parts:
        if part.heading:
            sheet.heading(part.heading, room=24)
        for text in part.lines:
            sheet.write_line(text, 12)
    if filled.to:
        sheet.ln(2)
        sheet.write_line("此致", 12)
        sheet.write_line(filled.to, 12)
    for text in filled.signed:
        sheet.write_line(text, 12, align="R")
    sheet.add_page()
    sheet.heading(CHECKS)
    sheet.write_line(filled.label, 10.5, RED)
    for text in (*filled.checks, *(f"要补：{blank}" for blank in filled.blanks)):
        sheet.write_line(f"□ {text}")
    for text in basis(filled):
        sheet.write_line(text, 9.5, QUIET)
    return bytes(sheet.output())
