"""Clean the package's article texts, or say why an article stays doubtful. Pure functions, no I/O.

Known defects (see the design): headings of the next part stuck to the end of an article, annexes to the last
article, straight quotes for Chinese ones, blanks inside Chinese text, paragraphs broken by a page break.
Everything else is kept verbatim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CN = r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef“”‘’]"
_INNER_BLANK = re.compile(rf"(?<={_CN})[ \t\u00a0\u2002-\u200b\u3000]+(?={_CN})|(?<={_CN})[ \t]+(?=\d)")
_HEADING = re.compile(r"^(?:第[一二三四五六七八九十百零]+(?:分编|编|章|节)(?:\s|$)\S{0,24}.{0,16}|附\s*则)$")
_ANNEX = re.compile(
    r"^(?:附[件表](?:[一二三四五六七八九十\d]*[：:]?|[：:].*)|附录.*|附[：:].*|\S{2,24}(?:税率表|税额表|图案|制法说明)[一二三四]?(?:（.*）)?"
    r"|\|.*|-{5,}.*|\+[-=]+.*|.*\{width=.*)$"
)
_ITEM = re.compile(r"^(?:（[一二三四五六七八九十百]+）|\([一二三四五六七八九十百]+\)|\d{1,2}[.．、])")
_CLOSED = re.compile(r"[。；：:！？”’）)》…]$")
_SHORT_LIST_LINE = 14  # 委员长， / 秘书长；: lists of offices in the constitution end in commas and are not broken


@dataclass(frozen=True)
class Cleaned:
    """`doubt` is the reason not to show the text; None when it is fit to quote."""

    text: str
    doubt: str | None = None


def clean_article(raw: str) -> Cleaned:
    """The article as it may be quoted. Paragraphs and items are separated by single newlines."""
    lines = [line for line in (_INNER_BLANK.sub("", part.strip()) for part in raw.split("\n")) if line]
    lines = _without_tail(lines, [part.strip() for part in raw.split("\n") if part.strip()])
    text = "\n".join(lines)
    doubt = _doubt(lines)
    if '"' in text:
        if text.count('"') % 2:
            doubt = doubt or "引号不成对"
        text = pair_quotes(text, '"', "“”")
    if "'" in text:
        if text.count("'") % 2:
            doubt = doubt or "引号不成对"
        text = pair_quotes(text, "'", "‘’")
    return Cleaned(text, doubt)


def pair_quotes(text: str, straight: str, pair: str) -> str:
    """Straight quotes become opening and closing ones in turn."""
    parts = text.split(straight)
    return "".join(part + (pair[index % 2] if index < len(parts) - 1 else "") for index, part in enumerate(parts))


def paragraphs(text: str) -> tuple[str, ...]:
    """The article's 款. Items （一）（二） and 1. 2. belong to the paragraph before them."""
    found: list[str] = []
    for line in text.split("\n"):
        if found and _ITEM.match(line):
            found[-1] += "\n" + line
        else:
            found.append(line)
    return tuple(found)


def _without_tail(lines: list[str], raw_lines: list[str]) -> list[str]:
    """Cut annexes (from their first line on) and headings of what follows, judged with their blanks (第二编 物 权)."""
    end = next((i for i, line in enumerate(raw_lines) if i and _ANNEX.match(line)), len(lines))
    while end > 1 and _HEADING.match(raw_lines[end - 1]):
        end -= 1
    return lines[:end]


def _doubt(lines: list[str]) -> str | None:
    text = "".join(lines)
    if not text:
        return "正文为空"
    if re.fullmatch(r"（?(?:删去|删除|已删除)）?", text):
        return "本条已删去"
    if "\ufffd" in text:
        return "含有乱码"
    if not _CLOSED.search(lines[-1].replace('"', "”").replace("'", "’")):
        return "末句不完整"
    for line in lines[:-1]:
        listed = line.endswith(("，", "、")) and len(line) <= _SHORT_LIST_LINE
        if not listed and not _CLOSED.search(line.replace('"', "”")):
            return "段落在句中断开"
    return None
