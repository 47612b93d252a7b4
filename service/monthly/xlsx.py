"""The monthly report as a spreadsheet: one sheet, every section below the other."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime, time

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from service.monthly.report import LABEL, NOTE, Report

BOLD = Font(bold=True)
TITLE = Font(bold=True, size=16)
WIDTHS = {"A": 34, "B": 34, "C": 12}


def xlsx(report: Report) -> bytes:
    """The file."""
    book = Workbook()
    book.properties.creator, book.properties.title = "龙华小法", report.title
    book.properties.created = book.properties.modified = datetime.combine(report.made_on, time())
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = str(report.month)
    for column, width in WIDTHS.items():
        sheet.column_dimensions[column].width = width
    _row(sheet, [report.title], font=TITLE)
    for words in (report.about, NOTE, LABEL):
        _row(sheet, [words])
    _row(sheet, [])
    _row(sheet, ["项目", "名称", "数目"], font=BOLD)
    sheet.freeze_panes = sheet.cell(sheet.max_row + 1, 1)
    for section in report.sections:
        for name, count in section.shown.rows:
            _row(sheet, [section.title, name, count])
        if section.shown.total is None:
            _row(sheet, [section.title, section.empty])
        else:
            _row(sheet, [section.title, f"合计（{section.unit}）", section.shown.total], font=BOLD)
    if report.stars:
        _row(sheet, ["打星", "平均（5 星满）", round(report.stars[0], 1)])
        _row(sheet, ["打星", "人数", report.stars[1]])
    else:
        _row(sheet, ["打星", report.stars_words])
    _list(sheet, "没答好的问题", ([question] for question in report.gaps))
    _list(sheet, "要重新核实的服务点", report.places)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _list(sheet: Worksheet, title: str, rows: Iterable[Sequence[str]]) -> None:
    for row in list(rows) or [["没有"]]:
        _row(sheet, [title, "：".join(row)])


def _row(sheet: Worksheet, values: Sequence[str | int | float], *, font: Font | None = None) -> None:
    at = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value else 1
    for column, value in enumerate(values, 1):
        cell = sheet.cell(at, column, value)
        if isinstance(value, str):
            cell.data_type = "s"  # words, also those that look like a formula
        if font:
            cell.font = font
        if column == 2:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if not values:
        sheet.cell(at, 1, "")
