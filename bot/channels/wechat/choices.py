"""What a short reply means beside the last card: “1”, “２”, “第三个” or a label's own words are a choice; “法条” asks for
the articles it cites."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

Card = dict[str, Any]
WAYS_OUT = {"不清楚", "跳过", "上一步", "先不说了", "就到这里，交给律师"}
_EDGES = re.compile(r"^[\s\W_]+|[\s\W_]+$")
_KEYCAP = re.compile("[\ufe0f\u20e3]")
_NUMBER = re.compile(
    r"(?:我|就|要|想|选择|选|回复|点|第)*\s*(\d{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:个|项|条|号|种|那个|吧|呢|的)*"
)
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ARTICLES = re.compile(
    r"(?:看|查|要|给我|我要|我想|想)?(?:看|看看)?(?:法条|条文|法律条文|法律原文|原文|法条原文|条文原文)"
)


def choice_of(text: str, card: Card) -> str | None:
    """The id of the choice this reply picks from the card, or None: then it is a message like any other."""
    choices = card.get("choices") or []
    said = _plain(text)
    if not said or not choices:
        return None
    for choice in choices:
        if _plain(choice["label"]) == said:
            return str(choice["id"])
    number = _number(said) if numbered(card) else None
    return str(choices[number - 1]["id"]) if number and number <= len(choices) else None


def numbered(card: Card) -> bool:
    """Whether its choices go by number. Not where the question itself asks for a number (how many years, how much):
    there “3” is the answer, and only the ways out have labels."""
    labels = {choice["label"] for choice in card.get("choices") or []}
    return bool(labels) and not (card.get("kind") == "question" and labels <= WAYS_OUT)


def articles_asked(text: str, card: Card) -> str | None:
    """When the reply asks for the articles the card cites: the question that brings their text (their names)."""
    if not _ARTICLES.fullmatch(_plain(text)):
        return None
    labels = [str(cite["label"]) for cite in card.get("citations") or [] if cite.get("kind") == "quoted"]
    return "、".join(dict.fromkeys(labels)) or None


def _number(said: str) -> int | None:
    match = _NUMBER.fullmatch(said)
    if match is None:
        return None
    digits = match[1]
    return int(digits) if digits.isdecimal() else _chinese(digits)


def _chinese(digits: str) -> int | None:
    """一 to 九十九; None for what is no number (一二)."""
    if "十" not in digits:
        return _DIGITS[digits] if len(digits) == 1 else None
    tens, _, ones = digits.partition("十")
    if len(tens) > 1 or len(ones) > 1 or ones == "十":
        return None
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


def _plain(text: str) -> str:
    """Full-width and circled digits unified; punctuation and emoji at the edges gone."""
    return _EDGES.sub("", _KEYCAP.sub("", unicodedata.normalize("NFKC", text))).casefold()
