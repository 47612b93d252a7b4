"""A filled document as .docx and as PDF: the same words in both, the label on every page and in the metadata."""

from __future__ import annotations

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from service.documents import Filled
from service.sheet_docx import heading, line, new_document, saved
from service.sheet_pdf import NO_GLYPH, QUIET, RED, Sheet

MARKED = f"□ {NO_GLYPH} 是这里没有字形的字，请照着手写补上，或者用 Word 版。"
SIZE, GAP, SIGNATURE = 12, 2, 4  # points; mm before the ending's two parts and after a line to sign
MOST_KEPT = 200  # mm of a page that the last words and the signature may need together
BASIS = "依据的法条"
CHECKS = "交出去之前请核对（这一页不用交）"


def basis(filled: Filled) -> list[str]:
    """The articles behind the document, for the person's own page."""
    return [f"{c.label}：{c.text}" if c.text else f"{c.label}（{c.number}，{c.note}）" for c in filled.basis]


def docx(filled: Filled) -> bytes:
    document = new_document(
        title=filled.title, label=filled.label, mark=filled.mark, comments=filled.label, made_on=filled.made_on
    )
    line(document, filled.title, 20)
    title = document.paragraphs[-1]
    title.alignment, title.paragraph_format.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(10)
    for part in filled.parts:
        if part.heading:
            heading(document, part.heading)
        for text in part.lines:
            line(document, text, SIZE)
    ending = [document.paragraphs[-1]]
    for text in addressed(filled):
        line(document, text, SIZE)
        ending.append(document.paragraphs[-1])
    for text in filled.signed:
        line(document, text, SIZE)
        signature = document.paragraphs[-1]
        signature.alignment, signature.paragraph_format.space_before = WD_ALIGN_PARAGRAPH.RIGHT, Pt(10)
        ending.append(signature)
    for paragraph in ending[:-1]:
        paragraph.paragraph_format.keep_with_next = True
    if filled.checks or filled.blanks:
        heading(document, CHECKS)
        document.paragraphs[-1].paragraph_format.page_break_before = True
        line(document, filled.label, 10.5, RED)
        for text in (*filled.checks, *(f"要补：{blank}" for blank in filled.blanks)):
            line(document, f"□ {text}")
    elif filled.basis:
        heading(document, BASIS)
    for text in basis(filled):
        line(document, text, 9.5, QUIET)
    return saved(document)


def pdf(filled: Filled) -> bytes:
    sheet = Sheet(title=filled.title, label=filled.label, mark=filled.mark, made_on=filled.made_on)
    sheet.write_line(filled.title, 20, after=4, align="C")
    ending = 2 * GAP + sheet.height(addressed(filled), SIZE) + sheet.height(filled.signed, SIZE, SIGNATURE)
    for part in filled.parts:
        last = part is filled.parts[-1]
        if part.heading:
            sheet.heading(part.heading, room=24 + (ending if last and len(part.lines) == 1 else 0))
        for number, text in enumerate(part.lines, 1):
            needed = sheet.height([text], SIZE) + ending
            if last and number == len(part.lines) and needed < MOST_KEPT and sheet.will_page_break(needed):
                sheet.add_page()  # a signature never stands on a page without a word of what is signed
            sheet.write_line(text, SIZE)
    sheet.ln(GAP)
    for text in addressed(filled):
        sheet.write_line(text, SIZE)
    sheet.ln(GAP)
    for text in filled.signed:
        sheet.write_line(text, SIZE, after=SIGNATURE, align="R")
    if filled.checks or filled.blanks:
        sheet.add_page()
        sheet.heading(CHECKS)
        sheet.write_line(filled.label, 10.5, RED)
        for text in (*filled.checks, *(f"要补：{blank}" for blank in filled.blanks)):
            sheet.write_line(f"□ {text}")
    elif filled.basis:
        sheet.heading(BASIS)
    if sheet.marked:
        sheet.write_line(MARKED)
    for text in basis(filled):
        sheet.write_line(text, 9.5, QUIET)
    return bytes(sheet.output())


def addressed(filled: Filled) -> tuple[str, ...]:
    return ("此致", filled.to) if filled.to else ()
