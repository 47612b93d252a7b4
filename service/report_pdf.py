"""The report as PDF, A4, with our typeface embedded and the label of generated content in text and metadata."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

from service.checkup_report import Report, ReportRisk
from service.radar import RINGS, Radar
from service.report_words import Words

FONT = Path(__file__).parent / "fonts" / "report.ttf"
INK, QUIET, ACCENT, PALE, RED = (33, 37, 41), (95, 104, 112), (15, 92, 138), (214, 224, 231), (168, 44, 30)
WIDTH = 174.0


class _Sheet(FPDF):
    """A4 with our margins, and the label at the foot of every page."""

    def __init__(self, label: str) -> None:
        super().__init__(format="A4")
        self._label = label
        self.set_margins(18, 16, 18)
        self.set_auto_page_break(True, 18)
        self.add_font("report", "", FONT)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-12)
        self._style(8, QUIET)
        self.cell(0, 5, f"{self._label}　第 {self.page_no()} 页", align="C")

    def _style(self, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font("report", size=size)
        self.set_text_color(*colour)

    def write_line(
        self, text: str, size: float = 10.5, colour: tuple[int, int, int] = INK, indent: float = 0, after: float = 1.2
    ) -> None:
        self._style(size, colour)
        self.set_x(18 + indent)
        self.multi_cell(
            WIDTH - indent, size * 0.56, text, align="L", wrapmode=WrapMode.CHAR, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        self.ln(after)

    def heading(self, text: str) -> None:
        if self.will_page_break(60):
            self.add_page()
        self.ln(2)
        self.write_line(text, 14, ACCENT, after=2)


def pdf(report: Report) -> bytes:
    """The document."""
    words, sheet = Words(report), _Sheet(report.label)
    sheet.set_title(report.title)
    sheet.set_lang("zh-CN")
    sheet.set_author("龙华小法")
    sheet.set_subject(report.label)
    sheet.set_keywords(words.mark)
    sheet.set_creation_date(datetime.combine(report.made_on, time(), UTC))
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
            sheet.write_line(f"{day} 天内", 12, ACCENT)
            for fix in fixes:
                sheet.write_line(f"□ {fix.title}：{fix.step}", indent=4)
    if report.not_asked:
        sheet.heading(words.rest_heading)
        for line in words.not_asked:
            sheet.write_line(line)
    sheet.heading("说明")
    for line in words.notes:
        sheet.write_line(line, 9.5, QUIET)
    return bytes(sheet.output())


def _risk(sheet: _Sheet, number: int, risk: ReportRisk, words: Words) -> None:
    if sheet.will_page_break(30):
        sheet.add_page()
    sheet.write_line(f"{number}. {risk.title}（{risk.domain}）", 12.5, RED if risk.serious else INK)
    for line in words.of_risk(risk):
        sheet.write_line(line, indent=4)
    for citation in risk.citations:
        sheet.write_line(words.article_head(citation), 9.5, ACCENT, indent=4, after=0.6)
        sheet.write_line(words.article_text(citation), 9.5, QUIET, indent=8, after=1.6)
    sheet.ln(1.5)


def _radar(sheet: _Sheet, words: Words) -> None:
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
        sheet._style(9, INK)
        x, y = radar.at(number, 1.12)
        width = sheet.get_string_width(text)
        sheet.text(x + width * (radar.anchor(number) - 1) / 2, y + 1.2, text)
    sheet.set_draw_color(*ACCENT)
    sheet.set_line_width(0.7)
    with sheet.local_context(fill_opacity=0.25):
        sheet.set_fill_color(*ACCENT)
        sheet.polygon(radar.shape, style="DF")
    sheet.set_y(top + 82)
