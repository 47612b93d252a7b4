"""The table of a joint claim for the staff, as CSV and as a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from cases.groups import Member
from knowledge.calculators.core import plain, yuan
from service.casework import JointClaim
from service.group_sums import sums

HEAD = ("姓名", "欠薪月数", "欠薪月份", "欠薪金额（元）", "身份", "来源")
ROLES = {"lead": "发起人、代表", "representative": "代表（提名）", "member": ""}
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def source(member: Member) -> str:
    """Who says so."""
    if not member.own:
        return "发起人代填，本人还没有确认"
    if member.tabled is not None and member.tabled != member.owed:
        return f"本人填写；发起人的表里是 {yuan(member.tabled)}，请核对"
    return "本人填写"


def as_csv(claim: JointClaim) -> bytes:
    """With a byte order mark, so that spreadsheets read the Chinese, and nothing that they would run."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerows([[_inert(cell) for cell in row] for row in _rows(claim)])
    return ("\ufeff" + out.getvalue()).encode()


def as_xlsx(claim: JointClaim) -> bytes:
    book = Workbook()
    book.properties.creator = "龙华小法"
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = claim.group.code
    for column, width in zip("ABCDEF", (18, 12, 24, 18, 16, 44), strict=True):
        sheet.column_dimensions[column].width = width
    for number, row in enumerate(_rows(claim), 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place, Decimal(value) if number > 1 and place in (2, 4) and value else value)
            if isinstance(cell.value, str):
                cell.data_type = "s"  # words, also those that look like a formula
            if number == 1:
                cell.font = Font(bold=True)
            elif place == 4:
                cell.number_format = "#,##0.00"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(claim: JointClaim) -> list[Sequence[str]]:
    filled = [each for each in claim.members if each.owed is not None]
    rows: list[Sequence[str]] = [HEAD]
    rows += [
        (each.name, plain(each.months or Decimal(0)), each.period, str(each.owed), ROLES[each.role], source(each))
        for each in filled
    ]
    found = sums(claim.members)
    rows.append((f"合计 {found.heads} 人", "", "", str(found.total), "", ""))
    return rows


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
