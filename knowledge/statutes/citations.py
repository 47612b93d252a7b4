"""Find statute citations: 《民法典》第五百七十七条第一款第（二）项, 民法典577条, 劳动合同法第38、46条.

A pipeline of small steps: even out widths -> laws mentioned (mentions.py) -> runs of articles -> their parts -> each
run gets its law. What cannot be resolved stays explicit: `law` is None (本法第三条, an ambiguous name, a contract).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.statutes.mentions import EVEN, Mention, find_mentions, law_at
from knowledge.statutes.names import NameTable, default_names, short_name
from knowledge.statutes.numerals import NUMERAL, to_chinese, to_int

KEPT = 10_000  # entries of `statutes:`; all content has some 3,000 different ones
MAX_RANGE = 50  # 第一条至第一千条 is a whole law, not a list of citations: only its ends are kept


@dataclass(frozen=True)
class ParsedCitation:
    """One article cited. `law` is the short name, or None when unresolved; `candidates` are the laws a name may mean.

    `span` is where it stands in the text; members of a list (第38、46条) each have their own.
    """

    law: str | None
    article: int
    sub: int = 0
    paragraph: int | None = None
    item: int | None = None
    span: tuple[int, int] = (0, 0)
    raw: str = ""
    candidates: tuple[str, ...] = ()


_N = NUMERAL
_AND = r"(?:以及|或者|[、,和及与或])"
_TO = r"(?:[至到~]|-{1,2})"
_SEP = rf"(?:{_AND}|{_TO})"
# 之一种, 之一部分 are plain words, not the number of an inserted article.
_SUB = rf"(?: ?之 ?{_N}(?![个种名次类部项款]))?"
_PARAGRAPH = rf"第 ?\(? ?{_N} ?\)?(?: ?{_SEP} ?第? ?\(?{_N}\)?)* ?款"
# Every repetition needs a separator or a bracket: numerals side by side would be tried in all their partitions.
_MORE = rf"(?: ?{_SEP} ?第? ?\(? ?{_N} ?\)?| ?\( ?{_N} ?\))*"
_ITEM = rf"第 ?\(? ?{_N} ?\)?{_MORE} ?项|第? ?\( ?{_N} ?\)"
_PARTS = rf"(?: ?(?:{_PARAGRAPH}|{_ITEM})(?: ?{_SEP}? ?(?:{_PARAGRAPH}|{_ITEM}))*)?"
_UNIT = rf"第? ?{_N}(?: ?条{_SUB}{_PARTS})?"
_RUN = re.compile(rf"{_UNIT}(?: ?{_SEP} ?{_UNIT})*")
_SUB_NUMBER = rf"(?: ?之 ?(?P<sub>{_N})(?![个种名次类部项款]))?"
_ONE_UNIT = re.compile(rf"(?P<sep>{_SEP})? ?第? ?(?P<n>{_N})(?P<whole> ?条{_SUB_NUMBER})?(?P<parts>{_PARTS})")
_PART = re.compile(rf"(?P<sep>{_SEP})? ?第? ?\(? ?(?P<n>{_N}) ?\)? ?(?P<kind>[款项])?")


@dataclass(frozen=True)
class _Unit:
    """One article of a run, before its parts are told apart. `to` means a range leads here."""

    number: int
    sub: int
    parts: str
    start: int
    end: int
    parts_start: int
    to: bool


def parse(text: str, names: NameTable | None = None) -> list[ParsedCitation]:
    """All citations in the text, in order. `names`: the book's table, to know imported rules too (default: our own)."""
    even = text.translate(EVEN)
    mentions = find_mentions(even, names or default_names())
    found: list[ParsedCitation] = []
    for start, end in _runs(even, mentions):
        units = _units(even, start, end)
        law = law_at(even, start, mentions)
        cited = [c for i, unit in enumerate(units) for c in _citations(even, unit, units[i - 1] if i else None)]
        for index, citation in enumerate(cited):
            span = citation.span
            if index == 0 and law.adjacent_from is not None:
                span = (law.adjacent_from, span[1])
            raw = text[span[0] : span[1]]
            found.append(replace(citation, law=law.name, candidates=law.candidates, span=span, raw=raw))
    return found


def canonical(citation: ParsedCitation) -> str:
    """民法典第五百七十七条第一款第二项; without the law when it is unresolved."""
    out = f"{citation.law or ''}第{to_chinese(citation.article)}条"
    if citation.sub:
        out += f"之{to_chinese(citation.sub)}"
    if citation.paragraph:
        out += f"第{to_chinese(citation.paragraph)}款"
    if citation.item:
        out += f"第{to_chinese(citation.item)}项"
    return out


@lru_cache(KEPT)
def parse_one(text: str, names: NameTable | None = None) -> ParsedCitation:
    """The one citation that an entry of `statutes:` is. ValueError (in Chinese) unless it is exactly one, with its law.

    A law we do not know is taken as written: whether it may be cited is the citation gate's to say.
    """
    stripped = text.strip()
    found = parse(stripped, names)
    if not found:
        raise ValueError(f"没有认出法条：{text!r}。写法例：民法典第五百七十七条第一款")
    if len(found) > 1:
        raise ValueError(f"一项只写一条法条：{text!r}")
    citation = found[0]
    if citation.candidates:
        raise ValueError(f"法律名称不明确：{text!r}，可能指{'、'.join(citation.candidates)}")
    start, end = citation.span
    if end != len(stripped):
        raise ValueError(f"法条后面有多余的文字：{text!r}")
    if citation.law is not None and start == 0:
        return citation
    name = stripped[:start]
    if (
        citation.law is not None
        or not re.fullmatch(r"[\w《》〈〉（）()、“”·]{2,80}", name)
        or re.search(r"[本该同]法", name)
    ):
        raise ValueError(f"没有写明是哪部法律，或前面有多余的文字：{text!r}")
    return replace(citation, law=short_name(name), span=(0, end), raw=stripped)


def _runs(even: str, mentions: list[Mention]) -> Iterator[tuple[int, int]]:
    """Where articles are listed: starts with 第, or with a bare number right after a law (民法典577条); holds a 条."""
    starts_bare = {m.end for m in mentions} | {m.end + 1 for m in mentions if even[m.end : m.end + 1] in (" ", "的")}
    begins = [m.start for m in mentions]
    position = 0
    while match := _RUN.search(even, position):
        start, end = match.span()
        position = end
        index = bisect_right(begins, start)
        if index and mentions[index - 1].end > start:  # a number within a law's own name: 《关于刑法第三十条的解释》
            position = max(mentions[index - 1].end, start + 1)
            continue
        cut = begins[index] if index < len(begins) and begins[index] < end else end
        last = even.rfind("条", start, cut)
        if last < 0 or not (even[start] == "第" or start in starts_bare):
            position = cut
            continue
        yield start, cut
        position = cut


def _units(even: str, start: int, end: int) -> list[_Unit]:
    """The articles of a run. Numbers after the last 条 belong to the sentence that follows, not to the list."""
    units: list[tuple[bool, _Unit]] = []
    position = start
    while position < end and (match := _ONE_UNIT.match(even, position, end)):
        to = bool(match["sep"]) and re.fullmatch(_TO, match["sep"]) is not None
        number, sub = _int(match["n"]), _int(match["sub"]) if match["sub"] else 0
        if number is None or sub is None:
            break
        begin = match.start() + (len(match["sep"]) if match["sep"] else 0)
        begin += len(even[begin : match.end()]) - len(even[begin : match.end()].lstrip())
        unit = _Unit(number, sub, match["parts"] or "", begin, match.end(), match.start("parts"), to)
        units.append((match["whole"] is not None, unit))
        position = match.end()
        position += len(even[position:end]) - len(even[position:end].lstrip(" "))
    while units and not units[-1][0]:
        units.pop()
    return [unit for _, unit in units if unit.number > 0]


def _citations(even: str, unit: _Unit, before: _Unit | None) -> Iterator[ParsedCitation]:
    """One unit's citations: what a range skips, then the article itself, once for each part named."""
    if unit.to and before is not None and not before.sub and 0 < unit.number - before.number <= MAX_RANGE:
        for number in range(before.number + 1, unit.number):
            yield ParsedCitation(None, number, span=(unit.start, unit.end))
    whole = ParsedCitation(None, unit.number, unit.sub, span=(unit.start, unit.end))
    parts = list(_parts(even, unit))
    if not parts:
        yield whole
    for index, (paragraph, item, start, end) in enumerate(parts):
        yield replace(whole, paragraph=paragraph, item=item, span=(unit.start if index == 0 else start, end))


def _parts(even: str, unit: _Unit) -> Iterator[tuple[int | None, int | None, int, int]]:
    """(paragraph, item, start, end). 第一、三款 and 第（一）（二）项 name the kind once, at the end."""
    read: list[tuple[int, str, bool, int, int]] = []
    for match in _PART.finditer(even, unit.parts_start, unit.end):
        number = _int(match["n"])
        if number:
            to = bool(match["sep"]) and re.fullmatch(_TO, match["sep"]) is not None
            start = match.end("sep") if match["sep"] else match.start()
            read.append((number, match["kind"] or "", to, start, match.end()))
    kinds: list[str] = []
    for entry in reversed(read):
        kinds.append(entry[1] or (kinds[-1] if kinds else "项"))
    paragraph: int | None = None
    pending: tuple[int, int] | None = None  # a paragraph is a citation of its own only when no item follows
    last = 0
    for (number, _, to, start, end), kind in zip(read, reversed(kinds), strict=True):
        low = last + 1 if to and 0 < number - last <= MAX_RANGE else number
        last = number
        for each in range(low, number + 1):
            if kind == "项":
                yield paragraph, each, pending[0] if pending else start, end
                pending = None
                continue
            if pending is not None:
                yield paragraph, None, *pending
            paragraph, pending = each, (start, end)
    if pending is not None:
        yield paragraph, None, *pending


def _int(text: str) -> int | None:
    try:
        return to_int(text)
    except ValueError:  # 一百百, 三三百: looks like a number and is none
        return None
