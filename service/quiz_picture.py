"""The result of a round as a picture to share: score, longest run, the day; no name, nothing about who played."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).parent / "fonts" / "report.ttf"
WIDTH, HEIGHT = 750, 1000
DEEP, MAIN, INK, QUIET, PAPER, SEAL = "#0b3b4a", "#0e5a6e", "#14303b", "#4a626c", "#f4f7f7", "#b9401a"
_WRITTEN = re.compile(r"(\d{1,2})_(\d{1,2})_(\d{1,2})_(\d{8})")


@dataclass(frozen=True)
class Score:
    """`right` of `total` on `day`, `best` in a row."""

    right: int
    total: int
    best: int
    day: date

    def write(self) -> str:
        return f"{self.right}_{self.total}_{self.best}_{self.day:%Y%m%d}"

    @classmethod
    def read(cls, text: str) -> Score | None:
        """None for what `write` did not write."""
        match = _WRITTEN.fullmatch(text)
        try:
            return cls(int(match[1]), int(match[2]), int(match[3]), date.fromisoformat(match[4])) if match else None
        except ValueError:  # a date that is none
            return None


def picture(score: Score, public_url: str = "") -> bytes:
    """A PNG of 750 x 1000; with our public address it carries a code that opens the quiz."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)

    def line(text: str, y: int, size: int, colour: str) -> None:
        draw.text((WIDTH // 2, y), text, font=ImageFont.truetype(str(FONT), size), fill=colour, anchor="mm")

    draw.rectangle((0, 0, WIDTH, 170), fill=DEEP)
    line("龙华小法 · 普法答题", 72, 46, "#ffffff")
    line("学一点法，心里不慌", 128, 28, "#cfe3e8")
    draw.ellipse((185, 220, 565, 600), outline=MAIN, width=16)
    line(str(score.right), 380, 170, INK)
    line(f"答对（共 {score.total} 题）", 500, 34, QUIET)
    if score.best > 1:
        line(f"最长连对 {score.best} 题", 660, 44, SEAL)
    line(f"{score.day.year}年{score.day.month}月{score.day.day}日", 726, 30, QUIET)
    if public_url:
        code = io.BytesIO()
        segno.make(f"{public_url.rstrip('/')}/quiz", error="m").save(code, kind="png", scale=6, border=2, dark=DEEP)
        square = Image.open(code).convert("RGB")
        image.paste(square, (60, 755))
        draw.text((310, 815), "扫码也来答一轮", font=ImageFont.truetype(str(FONT), 36), fill=INK)
        draw.text((310, 873), "遇到难事，随时问小法", font=ImageFont.truetype(str(FONT), 28), fill=QUIET)
    else:
        line("也来答一轮：打开龙华小法，说“答题”", 860, 34, INK)
    line("成绩由程序自动生成，仅供分享", 975, 20, QUIET)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
