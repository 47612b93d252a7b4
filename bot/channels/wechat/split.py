"""Long texts in pieces that WeChat takes: at most 2,000 bytes of UTF-8 each, cut where a reader would pause."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

TEXT_BYTES = 2000
_WHOLE = re.compile(r"<a\s[^>]*>.*?</a>|https?://[^\s<>\"，。；！？、（）《》]+", re.DOTALL)
_RANKS = {"\n": 3, "。": 2, "！": 2, "？": 2, "；": 2, "!": 2, "?": 2, "，": 1, "、": 1, "：": 1, ",": 1, " ": 1}
_JOINER = "\u200d"


def size(text: str) -> int:
    return len(text.encode(errors="ignore"))


def split(text: str, limit: int = TEXT_BYTES) -> list[str]:
    """Pieces of at most `limit` bytes, none empty: cut after a paragraph, a line, a sentence or a comma, in this order;
    never inside a link, an address or a composed emoji (unless that alone is longer)."""
    pieces = []
    rest = text.strip()
    while size(rest) > limit:
        at = _cut(rest, limit)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*pieces, rest] if rest else pieces


def _cut(text: str, limit: int) -> int:
    """The best place to end the first piece of a text that is too long."""
    ends: dict[int, tuple[int, int]] = {}  # rank -> where it last fits, and the bytes until there
    bytes_ = at = 0
    for token, rank in _tokens(text):
        bytes_ += size(token)
        if bytes_ > limit:
            break
        at += len(token)
        ends[rank] = (at, bytes_)
    for rank in sorted(ends, reverse=True):
        if ends[rank][1] >= limit // 2:
            return ends[rank][0]
    return max(end for end, _ in ends.values()) if ends else _by_characters(text, limit)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """What may not be cut, with how good a cut after it is (4: paragraph … 0: between two characters)."""
    at = 0
    while at < len(text):
        whole = _WHOLE.match(text, at) if text[at] in "<h" else None
        end = whole.end() if whole else _cluster_end(text, at)
        rank = 4 if text[end - 2 : end] == "\n\n" else _RANKS.get(text[end - 1], 0)
        yield text[at:end], 0 if whole else rank
        at = end


def _cluster_end(text: str, at: int) -> int:
    """The end of what shows as one character: marks, variants and joined emoji stay with what they change."""
    end = at + 1
    while end < len(text) and (_extends(text[end]) or text[end - 1] == _JOINER):
        end += 1
    return end


def _extends(character: str) -> bool:
    return (
        character == _JOINER
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or unicodedata.category(character) in ("Mn", "Me")
    )


def _by_characters(text: str, limit: int) -> int:
    at = bytes_ = 0
    for character in text:
        bytes_ += size(character)
        if bytes_ > limit and at:
            break
        at += 1
    return at
