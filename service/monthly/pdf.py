"""The monthly report in print: A4, bars beside the numbers."""

from __future__ import annotations

from service.monthly.report import LABEL, NOTE, Report, Section
from service.sheet_pdf import ACCENT, INK, PALE, QUIET, Sheet

NAME, BAR, ROW = 52.0, 96.0, 6.4  # mm


def pdf(report: Report) -> bytes:
    """The document."""
    sheet = Sheet(title=report.title, label=LABEL, mark="monthly", made_on=report.made_on)
    sheet.write_line(report.title, 20, ACCENT)
    sheet.write_line(report.about, 10, QUIET)
    sheet.write_line(NOTE, 10, QUIET, after=2)
    for section in report.sections:
        _section(sheet, section)
    sheet.heading("满意度", 24)
    sheet.write_line(report.stars_words)
    sheet.heading("没答好的问题", 30)
    sheet.write_line("至少 5 个人问过、没有把握或被评为没用的；个人信息已去掉。", 9.5, QUIET)
    for question in report.gaps or ["没有"]:
        sheet.write_line(f"· {question}", indent=2)
    sheet.heading("要重新核实的服务点", 30)
    for name, why in report.places or [("没有", "")]:
        sheet.write_line(f"· {name}" + (f"：{why}" if why else ""), indent=2)
    return bytes(sheet.output())


def _section(sheet: Sheet, section: Section) -> None:
    rows = section.shown.rows
    sheet.heading(section.title, min(120.0, 26 + ROW * len(rows)))
    if section.empty:
        sheet.write_line(section.empty, colour=QUIET)
        return
    most = max(count for _, count in rows)
    for name, count in rows:
        if sheet.will_page_break(ROW):
            sheet.add_page()
        top = sheet.get_y()
        sheet.style(10, INK)
        sheet.set_x(20)
        sheet.cell(NAME, ROW, name)
        sheet.set_fill_color(*PALE)
        sheet.rect(20 + NAME, top + 1.2, max(0.6, BAR * count / most), ROW - 2.4, style="F")
        sheet.set_xy(20 + NAME + BAR, top)
        sheet.cell(20, ROW, f"{count:,}", align="R")
        sheet.set_xy(18, top + ROW)
    sheet.ln(1)
    sheet.write_line(f"合计 {section.shown.total:,} {section.unit}。{section.note}", 9.5, QUIET)
