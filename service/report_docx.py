"""The report as .docx."""

from __future__ import annotations

import io

from docx.shared import Mm
from PIL import Image, ImageDraw, ImageFont

from service.checkup_report import Report
from service.radar import RINGS, Radar
from service.report_words import Words
from service.sheet_docx import heading, line, new_document, saved
from service.sheet_pdf import ACCENT, FONT, INK, PALE, QUIET, RED

SCALE = 3  # the chart is drawn larger and shrunk: smooth lines


def docx(report: Report) -> bytes:
    """The document."""
    words = Words(report)
    document = new_document(
        title=report.title, label=report.label, mark=words.mark, comments=words.label, made_on=report.made_on
    )
    line(document, report.title, 20, ACCENT)
    line(document, words.about, 10, QUIET)
    line(document, words.label, 10, RED)
    line(document, words.score, 16)
    line(document, report.verdict, 12)
    chart = _chart(words)
    if chart:
        document.add_picture(io.BytesIO(chart), width=Mm(130))
    for text in words.score_lines:
        line(document, text)
    if report.comparison:
        heading(document, "和上次比")
        for text in words.changes:
            line(document, text)
    if report.risks:
        heading(document, words.risks_heading)
        for number, risk in enumerate(report.detailed, 1):
            line(document, f"{number}. {risk.title}（{risk.domain}）", 12.5, RED if risk.serious else INK, keep=True)
            for text in words.of_risk(risk):
                line(document, text, indent=4)
            line(document, words.more_on(risk), 9.5, QUIET, indent=4)
            for citation in risk.citations:
                line(document, words.article_head(citation), 9.5, ACCENT, indent=4, keep=True)
                line(document, words.article_text(citation), 9.5, QUIET, indent=8)
        heading(document, "30 天整改表")
        for day, fixes in report.fixes_by_days:
            line(document, f"{day} 天内", 12, ACCENT, keep=True)
            for fix in fixes:
                line(document, f"□ {fix.title}：{fix.step}", indent=4)
    if report.not_asked:
        heading(document, words.rest_heading)
        for text in words.not_asked:
            line(document, text)
    heading(document, "说明")
    for text in words.notes:
        line(document, text, 9.5, QUIET)
    return saved(document)


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
