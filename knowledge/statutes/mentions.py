"""Which law a place in a text speaks of: names in 《》, known names, 本法, 同法, and what is none (合同第三条)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge.statutes.names import NameTable, short_name

# One character for one character, so that spans stay those of the original text.
EVEN = str.maketrans("０１２３４５６７８９（）﹝﹞，～—–－\u3000\xa0\t", "0123456789()(),~---   ")

_TITLE = re.compile(r"《[^《》\n]{1,120}(?:《[^《》\n]{1,80}》[^《》\n]{0,80})*》")
_POINTER = re.compile(
    r"(?P<self>本(?:法典?|条例|规定|解释|办法|细则|决定))|(?P<same>同法|该(?:法典?|条例|规定|解释|办法|细则)(?!律|院|官|规))"
)
# What has clauses of its own and is no law. A law's 第三条 must not be given to it, nor its 第三条 to a law.
_PRIVATE = re.compile(
    r"(?:合同|协议书?|章程|公约|合约|约定|保单|手册|制度|承诺书|条款|通知书|判决书?|裁决书?|声明|欠条|借条)$"
)
_UNKNOWN_RULE = re.compile(r"(?<![的之该其述])(?:条例|规定|办法|解释|细则|法|规则|规章|通知|意见|决定|批复|纪要)$")
_LAW_LIKE = re.compile(
    r"(?:法|典|条例|规定|办法|解释|细则|规则|决定|意见|批复|纪要|通知|通则|总则|答复|复函|标准|公告)$"
)
_STOP = re.compile(r"[。！？!?；;\n]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BEFORE_A_NAME = frozenset("国据照按依和与及或的在由了看问查即是为对从到用有合反同见循守于")
# Between a law's name and its article: 民法典(2020年)的第…, 民法典合同编第….
_LINK = re.compile(r" ?(?:\([^()\n]{1,30}\))? ?(?:[\u4e00-\u9fff]{1,8}编)?(?:的|之|中|里)? ?")


@dataclass(frozen=True)
class Mention:
    """A law named at [start, end). `name` None with no candidates: a name that is no law's, or 本法."""

    start: int
    end: int
    kind: Literal["law", "self", "same"]
    name: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class LawAt:
    """The law a run of articles belongs to; `adjacent_from` is where its name starts when it stands right before."""

    name: str | None
    candidates: tuple[str, ...] = ()
    adjacent_from: int | None = None


def find_mentions(even: str, table: NameTable) -> list[Mention]:
    """All laws named in the text, in order, none overlapping. A 《》 title hides the names inside it."""
    found = [_titled(match, table) for match in _TITLE.finditer(even)]
    hidden = bytearray(len(even))
    for mention in found:
        hidden[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    for start, end, spelling in _known_names(even, table):
        if not hidden[end - 1]:
            match = table.resolve(spelling)
            found.append(Mention(start, end, "law", match.name, match.candidates))
            hidden[start:end] = b"\1" * (end - start)
    for pointer in _POINTER.finditer(even):
        if not hidden[pointer.start()]:
            found.append(Mention(*pointer.span(), "self" if pointer["self"] else "same"))
    return sorted(found, key=lambda m: m.start)


def law_at(even: str, start: int, mentions: list[Mention]) -> LawAt:
    """The law that articles at `start` belong to: the last one named in the sentence, unless a contract intervenes."""
    before = bisect_right(mentions, start, key=lambda m: m.end)
    last = mentions[before - 1] if before else None
    if last and _LINK.fullmatch(even, last.end, start):
        return _law_of(mentions, before, adjacent=True)
    left = even[max(0, start - 30) : start].rstrip(" 的中")
    left_end = max(0, start - 30) + len(left)
    if not (last and last.end == left_end) and (_PRIVATE.search(left) or _UNKNOWN_RULE.search(left)):
        return LawAt(None)
    if last is None or _STOP.search(even, last.end, start):
        return LawAt(None)
    return _law_of(mentions, before, adjacent=False)


def _law_of(mentions: list[Mention], before: int, *, adjacent: bool) -> LawAt:
    last = mentions[before - 1]
    adjacent_from = last.start if adjacent else None
    if last.kind == "same":  # 同法, 该法: the law named before
        named = next((m for m in reversed(mentions[:before]) if m.kind == "law"), None)
        return LawAt(named.name, named.candidates, adjacent_from) if named else LawAt(None, (), adjacent_from)
    return LawAt(last.name, last.candidates, adjacent_from)


def _titled(match: re.Match[str], table: NameTable) -> Mention:
    title = short_name(match[0])
    resolved = table.resolve(title)
    if resolved.name or resolved.candidates:
        return Mention(*match.span(), "law", resolved.name, resolved.candidates)
    bare = re.sub(r"（[^（）]*）$", "", title)
    law_like = _LAW_LIKE.search(bare) and not _PRIVATE.search(bare)
    return Mention(*match.span(), "law", title if law_like else None)


@lru_cache(maxsize=4)
def _by_first(table: NameTable) -> dict[str, list[str]]:
    buckets: dict[str, list[str]] = defaultdict(list)
    for spelling in table.spellings():
        even = spelling.translate(EVEN)
        buckets[even[0]].append(even)
    return dict(buckets)


def _known_names(even: str, table: NameTable) -> list[tuple[int, int, str]]:
    """Known names in running text, longest first at each place."""
    buckets = _by_first(table)
    found = []
    position = 0
    while position < len(even):
        name = next((n for n in buckets.get(even[position], ()) if even.startswith(n, position)), None)
        if name is None or not _stands_alone(even, position, position + len(name), name):
            position += 1
            continue
        start = position - len("中华人民共和国") if even.endswith("中华人民共和国", 0, position) else position
        found.append((start, position + len(name), name))
        position += len(name)
    return found


def _stands_alone(even: str, start: int, end: int, name: str) -> bool:
    """Not in 劳动法律 or 仲裁法院; nor as the tail of another name: 广东省工伤保险条例 is not 工伤保险条例."""
    after, previous = even[end : end + 2], even[start - 1 : start]
    if name.endswith("法") and (after[:1] in ("律", "院", "官", "人") or (after[:1] == "规" and after != "规定")):
        return False
    # National laws end in 法 or 典, and no local rule does.
    return name.endswith(("法", "典")) or not _CHINESE.match(previous) or previous in _BEFORE_A_NAME
