"""Codes to cut out and put up: an A4 sheet, eight to a page, each with what it opens in words for who cannot scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import segno

from service.sheet_pdf import INK, QUIET, Sheet

COLUMNS, ROWS = 2, 4
WIDE, HIGH = 87.0, 62.0  # mm, one piece
LEFT, TOP, CODE = 18.0, 20.0, 42.0
LABEL = "龙华小法 · 贴出前请逐个扫码核对"


@dataclass(frozen=True)
class Piece:
    """`over`: a small line above the title; `under`: one below it; `link`: what the code opens."""

    title: str
    over: str
    under: str
    link: str


def code_sheet(pieces: Sequence[Piece], made_on: date) -> bytes:
    """The PDF."""
    sheet = Sheet(title="民法公园主题码", label=LABEL, mark="xiaofa-park-codes", made_on=made_on)
    sheet.set_auto_page_break(False)
    for number, piece in enumerate(pieces):
        at = number % (COLUMNS * ROWS)
        if number and at == 0:
            sheet.add_page()
        _piece(sheet, piece, LEFT + at % COLUMNS * WIDE, TOP + at // COLUMNS * HIGH)
    return bytes(sheet.output())


def _piece(sheet: Sheet, piece: Piece, x: float, y: float) -> None:
    sheet.set_draw_color(190, 200, 205)
    sheet.set_dash_pattern(dash=1.5, gap=1.5)
    sheet.rect(x, y, WIDE, HIGH)
    sheet.set_dash_pattern()
    _code(sheet, piece.link, x + 3, y + 6)
    left, wide = x + CODE + 5, WIDE - CODE - 8
    for text, size, colour, height, top in (
        (piece.over, 8.5, QUIET, 4.2, 9.0),
        (piece.title, 13.0, INK, 6.2, 15.0),
        (piece.under, 9.0, QUIET, 4.6, 32.0),
    ):
        sheet.style(size, colour)
        sheet.set_xy(left, y + top)
        sheet.multi_cell(wide, height, text, align="L")
    sheet.style(7, QUIET)
    sheet.set_xy(x + 2, y + 52)
    sheet.cell(WIDE - 4, 4, piece.link, align="C")


def _code(sheet: Sheet, link: str, x: float, y: float) -> None:
    """The code in squares of its own, so that it prints sharp at any size; four squares of quiet all round."""
    matrix = segno.make(link, error="m", micro=False).matrix
    side = CODE / (len(matrix) + 8)
    sheet.set_fill_color(0, 0, 0)
    for down, row in enumerate(matrix):
        for across, dark in enumerate(row):
            if dark:
                sheet.rect(x + (across + 4) * side, y + (down + 4) * side, side + 0.01, side + 0.01, style="F")
