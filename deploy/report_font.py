"""Builds `service/fonts/report.ttf`, the typeface of exported reports, and `more.ttf`, what it lacks; run by hand when their
characters should change:

    uv run --no-project --with fonttools --with pylopdf-fonts-zh-cn==0.1.1 deploy/report_font.py

Noto Sans SC (SIL Open Font License) from the PyPI package, reduced to the characters of GB 2312, the statute book and
our content, with TrueType outlines: Word embeds no others, and a PDF of it is made in a tenth of the time. `more.ttf` holds
the other Chinese characters of the source: they stand in names (喆, 玥, 䶮), and a PDF reads that file only when one does.
"""

from __future__ import annotations

import io
import re
import sqlite3
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"
FOLDER = ROOT / "service" / "fonts"
NAME = "Noto Sans SC Report"
HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))
ERROR = 2.0  # thousandths of an em that an outline may differ


def characters() -> set[str]:
    found = {chr(code) for code in range(0x20, 0x7F)} | set(
        "“”‘’—…·、。，；：？！（）《》【】〔〕％×÷±≤≥→□☐✓●○①②③④⑤⑥⑦⑧⑨⑩"
    )
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            found |= set(bytes([row, cell]).decode("gb2312", errors="ignore"))
    for path in [*(ROOT / "knowledge").rglob("*.yml"), *(ROOT / "service").glob("*.py")]:
        found |= set(path.read_text("utf-8"))
    for path in (ROOT / "var" / "statutes").glob("*.sqlite"):
        with sqlite3.connect(path) as book:
            for (text,) in book.execute("select text from articles"):
                found |= set(str(text))
    return {c for c in found if re.match(r"[^\x00-\x1f]", c)}


def others(known: set[str]) -> set[str]:
    """The Chinese characters of the source beside those."""
    codes = TTFont(SOURCE).getBestCmap()
    return {chr(code) for code in codes if any(first <= code <= last for first, last in HAN)} - known


def main() -> None:
    wanted = characters()
    build(wanted, NAME, FOLDER / "report.ttf")
    build(others(wanted), f"{NAME} More", FOLDER / "more.ttf")


def build(wanted: set[str], called: str, target: Path) -> None:
    font = TTFont(SOURCE)
    options = subset.Options(
        layout_features=[],
        hinting=False,
        glyph_names=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
    )
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF", "STAT"]
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(wanted))
    cutter.subset(font)
    shapes = font.getGlyphSet()
    order = font.getGlyphOrder()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(shapes)
        shapes[name].draw(Cu2QuPen(pen, ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, glyphs
    font["loca"] = newTable("loca")
    del font["CFF "]
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"):
        setattr(maxp, field, 0)
    for field in ("maxStackElements", "maxSizeOfInstructions", "maxComponentElements"):
        setattr(maxp, field, 0)
    maxp.maxZones = 1
    post = font["post"]
    post.formatType = 3.0
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = called
        elif record.nameID == 6:
            record.string = called.replace(" ", "")
    font.sfntVersion = "\x00\x01\x00\x00"
    out = io.BytesIO()
    font.save(out)
    target.write_bytes(out.getvalue())
    print(f"{target.name}: {len(wanted)} characters, {len(order)} glyphs, {len(out.getvalue()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
