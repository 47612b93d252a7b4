"""The articles of a rule, from its plain lines: what Markdown and .docx share. Pure functions, no I/O.

    split_rule(lines) -> RuleText(preamble, articles)

Numbering must be unbroken: a gap or a second 第一条 means that something was lost or that two documents are in one
file, and then no article of it can be trusted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from knowledge.statutes.clean import clean_article, paragraphs
from knowledge.statutes.numerals import NUMERAL, to_chinese, to_int


class RuleTextError(ValueError):
    """Why a text cannot be taken; the message is for people."""


@dataclass(frozen=True)
class RuleArticle:
    number: int
    sub: int
    chapter: str
    section: str
    text: str
    paragraphs: tuple[str, ...]
    doubt: str | None


@dataclass(frozen=True)
class RuleText:
    preamble: tuple[str, ...]
    articles: tuple[RuleArticle, ...]


_ARTICLE = re.compile(rf"^第({NUMERAL})条(?:之({NUMERAL}))?([\s\u3000:：]*)(.*)$")
_CHAPTER = re.compile(rf"^第{NUMERAL}(?:编|分编|章)(?:[\s\u3000]|$)")
_SECTION = re.compile(rf"^第{NUMERAL}节(?:[\s\u3000]|$)")
# 一、一般规定 between articles of an interpretation: short, no full stop, and an article follows.
_LOOSE_HEADING = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、[^。；：]{1,40}|附\s*则)$")
_SIGNATURE = re.compile(r"^(?:最高人民法院|最高人民检察院|国务院|总理.{0,6}|\d{4}年\d{1,2}月\d{1,2}日)$")
# What may follow 第三条 in the middle of a sentence; a new article starts otherwise.
_CONTINUES = frozenset("的规所第、和至及中或与，。之")
_DATE = r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
_STARTS_ON = re.compile(rf"自\s*{_DATE}\s*(?:起|开始)\s*(?:施行|实施|执行|生效)")
_AMENDED_BY = re.compile(rf"根据\s*{_DATE}\s*《([^》]+)》")
_STARTS_AT_ONCE = re.compile(r"自(?:公布|发布|颁布)之日起\s*(?:施行|实施|执行|生效)")


def split_rule(lines: list[str]) -> RuleText:
    """Raises RuleTextError when there is no text, no article, or the numbering is broken."""
    plain = [line for line in (_plain(line) for line in lines) if line]
    if not plain:
        raise RuleTextError("正文为空")
    preamble: list[str] = []
    found: list[tuple[int, int, str, str, list[str]]] = []
    chapter = section = ""
    for index, line in enumerate(plain):
        follower = plain[index + 1] if index + 1 < len(plain) else ""
        if (start := _article_start(line, found[-1][:2] if found else (0, 0))) is not None:
            found.append((start[0], start[1], chapter, section, [start[2]] if start[2] else []))
        elif _CHAPTER.match(line) and len(line) <= 40:
            chapter, section = _heading(line), ""
        elif _SECTION.match(line) and len(line) <= 40:
            section = _heading(line)
        elif _LOOSE_HEADING.match(line) and (_ARTICLE.match(follower) or not found):
            chapter, section = line, ""
        elif found:
            found[-1][4].append(line)
        else:
            preamble.append(line)
    if not found:
        raise RuleTextError("没有“第N条”条文")
    while len(found[-1][4]) > 1 and _SIGNATURE.match(found[-1][4][-1]):
        found[-1][4].pop()
    return RuleText(tuple(preamble), tuple(_finish(*parts) for parts in found))


def effective_day(rule: RuleText, published: date | None) -> date | None:
    """The day the text itself gives: in its head (通过，自…起施行) or its closing articles. None when it gives none."""
    closing = [article.text for article in rule.articles[-3:]]
    for text in ["".join(rule.preamble), *reversed(closing)]:
        if dates := _STARTS_ON.findall(text):
            # The head of a revised text lists the older dates first.
            return _day(*dates[-1])
        if _STARTS_AT_ONCE.search(text):
            return published
    return None


def amended_by(rule: RuleText) -> tuple[date, str] | None:
    """The day and the title of the last decision that its head says amended it."""
    named = _AMENDED_BY.findall("".join(rule.preamble))
    if not named:
        return None
    year, month, day, title = named[-1]
    decided = _day(year, month, day)
    return (decided, title) if decided else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _plain(line: str) -> str:
    return re.sub(r"^#{1,6}\s*", "", line.strip().strip("\ufeff")).replace("**", "").strip(" \t\u3000\xa0")


def _heading(line: str) -> str:
    match = re.match(rf"^(第{NUMERAL}(?:编|分编|章|节))(.*)$", line)
    return f"{match[1]} {''.join(match[2].split())}".strip() if match else line


def _article_start(line: str, last: tuple[int, int]) -> tuple[int, int, str] | None:
    """(number, sub, rest) when the line starts the next article. Raises RuleTextError when it starts another one."""
    match = _ARTICLE.match(line)
    if match is None:
        return None
    try:
        number, sub = to_int(match[1]), to_int(match[2]) if match[2] else 0
    except ValueError:
        return None
    blank, rest = match[3], match[4]
    if not blank and rest[:1] in _CONTINUES:
        return None
    following = (number, sub) == (last[0] + 1, 0) or (sub > 0 and (number, sub) == (last[0], last[1] + 1))
    if following:
        return number, sub, rest
    if not blank:
        return None
    if number == 1:
        raise RuleTextError("条号重新从第一条开始，可能含有不止一份文件")
    if last == (0, 0):
        raise RuleTextError(f"条号不连续：开头就是第{to_chinese(number)}条")
    raise RuleTextError(f"条号不连续：第{to_chinese(last[0])}条之后是第{to_chinese(number)}条")


def _finish(number: int, sub: int, chapter: str, section: str, lines: list[str]) -> RuleArticle:
    cleaned = clean_article("\n".join(lines))
    return RuleArticle(number, sub, chapter, section, cleaned.text, paragraphs(cleaned.text), cleaned.doubt)
