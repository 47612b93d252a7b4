"""The report as PDF, A4, with our typeface embedded and the label of generated content in text and metadata."""

from __future__ import annotations

from service.checkup_report import Report, ReportRisk
from service.radar import RINGS, Radar
from service.report_words import Words
from service.sheet_pdf import ACCENT, INK, PALE, QUIET, RED, Sheet


def pdf(report: Report) -> bytes:
    """The document."""
    words = Words(report)
    sheet = Sheet(title=report.title, label=report.label, mark=words.mark, made_on=report.made_on)
    sheet.write_line(report.title, 20, ACCENT)
    sheet.write_line(words.about, 10, QUIET)
    sheet.write_line(words.label, 10, RED, after=2)
    sheet.write_line(words.score, 16)
    sheet.write_line(report.verdict, 12, after=2)
    _radar(sheet, words)
    for line in words.score_lines:
        sheet.write_line(line)
    if report.comparison:
        sheet.heading("和上次比")
        for line in words.changes:
            sheet.write_line(line)
    if report.risks:
        sheet.heading(words.risks_heading)
        for number, risk in enumerate(report.detailed, 1):
            _risk(sheet, number, risk, words)
        sheet.heading("30 天整改表")
        for day, fixes in report.fixes_by_days:
            sheet.keep(22)
            sheet.write_line(f"{day} 天内", 12, ACCENT)
            for fix in fixes:
                sheet.write_line(f"□ {fix.title}：{fix.step}", indent=4)
    if report.not_asked:
        sheet.heading(words.rest_heading)
        for line in words.not_asked:
            sheet.write_line(line)
    sheet.heading("说明", room=30)
    for line in words.notes:
        sheet.write_line(line, 9.5, QUIET)
    return bytes(sheet.output())


def _risk(sheet: Sheet, number: int, risk: ReportRisk, words: Words) -> None:
    sheet.keep(30)
    sheet.write_line(f"{number}. {risk.title}（{risk.domain}）", 12.5, RED if risk.serious else INK)
    for line in words.of_risk(risk):
        sheet.write_line(line, indent=4)
    if words.more_on(risk):
        sheet.write_line(words.more_on(risk), 9.5, QUIET, indent=4)
    for citation in risk.citations:
        sheet.keep(22)  # a head of two lines and two lines of the article
        sheet.write_line(words.article_head(citation), 9.5, ACCENT, indent=4, after=0.6)
        sheet.write_line(words.article_text(citation), 9.5, QUIET, indent=8, after=1.6)
    sheet.ln(1.5)


def _radar(sheet: Sheet, words: Words) -> None:
    if sheet.will_page_break(86):
        sheet.add_page()
    top = sheet.get_y()
    radar = Radar(words.axes, (105, top + 40), 30)
    if not radar.drawable:
        return
    sheet.set_draw_color(*PALE)
    sheet.set_line_width(0.2)
    for value in RINGS:
        sheet.polygon(radar.ring(value), style="D")
    for number, (label, value) in enumerate(words.axes):
        sheet.line(*radar.centre, *radar.at(number, 1))
        text = f"{label} {value}"
        sheet.style(9, INK)
        x, y = radar.at(number, 1.12)
        width = sheet.get_string_width(text)
        sheet.text(x + width * (radar.anchor(number) - 1) / 2, y + 1.2, text)
    sheet.set_draw_color(*ACCENT)
    sheet.set_line_width(0.7)
    with sheet.local_context(fill_opacity=0.25):
        sheet.set_fill_color(*ACCENT)
        sheet.polygon(radar.shape, style="DF")
    sheet.set_y(top + 82)
