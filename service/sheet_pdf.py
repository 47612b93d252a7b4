"""A printed sheet of ours as PDF: A4, our typeface embedded, the label of generated content on every page and in the metadata."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

FONT = Path(__file__).parent / "fonts" / "report.ttf"
MORE = FONT.with_name("more.ttf")  # Chinese characters that stand in names alone; large, so read only where one does
NO_GLYPH = "〓"
INK, QUIET, ACCENT, PALE, RED = (33, 37, 41), (95, 104, 112), (15, 92, 138), (214, 224, 231), (168, 44, 30)
Colour = tuple[int, int, int]
WIDTH = 174.0
LINE = 0.56  # mm of height for each point of the size


@cache
def covered(font: Path) -> frozenset[int]:
    """The characters it has glyphs for."""
    with TTFont(font, lazy=True) as opened:
        return frozenset(opened.getBestCmap())


class Sheet(FPDF):
    """A4 with our margins, and the label at the foot of every page."""

    def __init__(self, *, title: str, label: str, mark: str, made_on: date) -> None:
        super().__init__(format="A4")
        self._label = label
        self.marked = False  # whether a character without a glyph left its mark
        self.set_title(title)
        self.set_lang("zh-CN")
        self.set_author("龙华小法")
        self.set_subject(label)
        self.set_keywords(mark)
        self.set_creation_date(datetime.combine(made_on, time(), UTC))
        self.set_margins(18, 16, 18)
        self.set_auto_page_break(True, 18)
        self.add_font("report", "", FONT)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-12)
        self.style(8, QUIET)
        self.cell(0, 5, f"{self._label}　第 {self.page_no()} 页", align="C")

    def style(self, size: float, colour: Colour) -> None:
        self.set_font("report", size=size)
        self.set_text_color(*colour)

    def write_line(
        self,
        text: str,
        size: float = 10.5,
        colour: Colour = INK,
        indent: float = 0,
        after: float = 1.2,
        align: Literal["L", "C", "R"] = "L",
    ) -> None:
        self.style(size, colour)
        self.set_x(18 + indent)
        text, width = self._with_glyphs(text), WIDTH - indent
        broken = "\n".join(self._broken(text, width))
        self.multi_cell(
            width, size * LINE, broken, align=align, wrapmode=WrapMode.CHAR, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        self.ln(after)

    def height(self, texts: Iterable[str], size: float, after: float = 1.2) -> float:
        """How many mm these take, each written by `write_line`."""
        self.style(size, INK)
        return sum(len(self._broken(self._with_glyphs(text), WIDTH)) * size * LINE + after for text in texts)

    def _with_glyphs(self, text: str) -> str:
        """The text as it can be printed: a character of no typeface of ours leaves a mark, so that none goes unseen."""
        rare = {char for char in text if ord(char) not in covered(FONT) and char != "\n"}
        if not rare:
            return text
        if "more" not in self.fonts and any(ord(char) in covered(MORE) for char in rare):
            self.add_font("more", "", MORE)
            self.set_fallback_fonts(["more"])
        marks = {char: NO_GLYPH if char.isprintable() else "" for char in rare if ord(char) not in covered(MORE)}
        self.marked = self.marked or NO_GLYPH in marks.values()
        return "".join(marks.get(char, char) for char in text)

    def _broken(self, text: str, width: float) -> list[str]:
        return broken_lines(text, width - 2 * self.c_margin, self.get_string_width)

    def keep(self, room: float) -> None:
        """Go on to the next page unless `room` mm of this one are left: a head does not stand without its text."""
        if self.will_page_break(room):
            self.add_page()

    def heading(self, text: str, room: float = 60) -> None:
        """A heading with at least `room` mm of the page left for what follows it."""
        self.keep(room)
        self.ln(2)
        self.write_line(text, 14, ACCENT, after=2)


NEVER_FIRST = set("，。、；：？！）》】”’％%…")
NEVER_LAST = set("（《【“‘")
_TOKENS = re.compile(r"[A-Za-z0-9.,%/:_+-]+|＿+|\s+|.")


def broken_lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The text in lines of at most `width`, as Chinese is set: no line begins with a closing mark or ends with an opening
    one, and numbers and Latin words stay whole where they fit."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line: list[str] = []
        used = 0.0
        for token in (part for word in _TOKENS.findall(paragraph) for part in _fitting(word, width, measure)):
            room = measure(token)
            if line and used + room > width:
                held = _held_back(line, token)
                lines.append("".join(line[: len(line) - held]))
                line = line[len(line) - held :]
                used = sum(map(measure, line))
            line.append(token)
            used += room
        lines.append("".join(line))
    return lines


def _fitting(word: str, width: float, measure: Callable[[str], float]) -> list[str]:
    return [word] if measure(word) <= width else list(word)


def _held_back(line: list[str], coming: str) -> int:
    """How many tokens at the end of a full line go over to the next with the one that comes."""
    for held in range(min(4, len(line))):
        first = line[len(line) - held] if held else coming
        if first[0] not in NEVER_FIRST and line[len(line) - held - 1][-1] not in NEVER_LAST:
            return held
    return 0
