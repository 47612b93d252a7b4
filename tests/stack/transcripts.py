"""Reads the YAML transcripts and plays them through the web API."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import yaml

from tests.stack.talk import Card, Person, UnmetError

FOLDER = Path(__file__).resolve().parents[1] / "transcripts"

CHECKS: dict[str, Callable[[list[Card], Any], bool]] = {
    "kind": lambda cards, kind: cards[-1]["kind"] == kind,
    "kinds": lambda cards, kinds: [card["kind"] for card in cards] == kinds,
    "first": lambda cards, kind: cards[0]["kind"] == kind,
    "faq": lambda cards, faq: cards[-1]["faq_id"] == faq,
    "title": lambda cards, words: str(words) in cards[-1]["title"],
    "article": lambda cards, article: any(c["label"].startswith(article) for c in _all(cards, "citations")),
    "says": lambda cards, words: any(words in card["conclusion"] for card in cards),
    "not": lambda cards, words: not any(words in card["conclusion"] for card in cards),
    "hint": lambda cards, words: words in cards[0]["conclusion"],
    "line": lambda cards, words: any(words in line for card in cards for line in _lines(card)),
    "where": lambda cards, words: any(words in line for line in _all(cards, "where")),
    "evidence": lambda cards, words: any(words in line for line in _all(cards, "evidence")),
    "choices": lambda cards, words: any(words in choice["label"] for choice in cards[-1]["choices"]),
    "amount": lambda cards, amount: Decimal(amount) in [Decimal(a["value"]) for a in _all(cards, "amounts")],
}
"""What a turn may expect of the cards that answer it."""
KNOWN = CHECKS.keys() | {"owner", "silent", "remember"}


def load(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Every conversation of every file. Raises ValueError for one that says neither which action it `proves` nor that it
    is `actionless`, and for an expectation nobody would check."""
    found = [item for path in sorted(folder.glob("*.yml")) for item in yaml.safe_load(path.read_text("utf-8"))]
    for conversation in found:
        _look_over(conversation)
    return found


def _look_over(conversation: dict[str, Any]) -> None:
    name = conversation["name"]
    if ("proves" in conversation) == ("actionless" in conversation):
        raise ValueError(f"{name}：要么写 proves（守着哪个动作），要么写 actionless")
    unknown = {key for turn in conversation["turns"] for key in turn.get("expect", {})} - KNOWN
    if unknown:
        raise ValueError(f"{name}：没有这样的 expect：{sorted(unknown)}")


def play(
    conversation: dict[str, Any],
    person: Person,
    *,
    other: Callable[[], Person] | None = None,
    lawyer: Lawyer | None = None,
) -> None:
    """Raises UnmetError at the first turn that is not met as expected. `other` makes a second person for `as`;
    `lawyer` acts at the desk."""
    people, speaker, code = {"本人": person}, person, ""
    for number, turn in enumerate(conversation["turns"], 1):
        where = f"{conversation['name']}，第 {number} 轮 {turn}"
        if "as" in turn:
            if turn["as"] not in people:
                assert other
                people[turn["as"]] = other()
            speaker = people[turn["as"]]
        elif "lawyer" in turn:
            assert lawyer
            lawyer.act(turn["lawyer"], code, turn.get("text", ""))
        elif "reads" in turn:
            heard = [m["text"] for m in speaker.history() if m["author"] == "lawyer"]
            if not any(turn["reads"] in text for text in heard):
                raise UnmetError(f"{where}：{heard}")
        else:
            cards = _spoken(speaker, turn, code)
            unmet = _unmet(turn["expect"], cards, speaker)
            if unmet:
                raise UnmetError(f"{where}，不符：{unmet}：{[_filled(card) for card in cards]}")
            if turn["expect"].get("remember"):
                code = cards[-1]["case_code"]


def _spoken(speaker: Person, turn: dict[str, Any], code: str) -> list[Card]:
    if "late" in turn:  # said without being asked: the last card of the conversation
        speaker.last = [m["card"] for m in speaker.history() if m.get("card")][-1:]
        return speaker.last
    return speaker.say(turn["say"].replace("{code}", code)) if "say" in turn else speaker.pick(turn["pick"])


class Lawyer(Protocol):
    def act(self, what: str, code: str, text: str) -> None:
        """`takes`, `says`, `waits`, `resolves` or `closes` the case with this code."""


def _unmet(expect: dict[str, Any], cards: list[Card], speaker: Person) -> list[str]:
    """The expectations that are not met."""
    if bool(cards) == expect.get("silent", False):
        return ["silent"]
    unmet = [key for key in expect if key in CHECKS and not CHECKS[key](cards, expect[key])]
    return [*unmet, "owner"] if "owner" in expect and speaker.owner() != expect["owner"] else unmet


def _all(cards: list[Card], part: str) -> list[Any]:
    return [entry for card in cards for entry in card[part]]


def _lines(card: Card) -> list[str]:
    return [*card["steps"], *card["lawyer_when"], card["deadline"] or ""]


def _filled(card: Card) -> Card:
    return {part: content for part, content in card.items() if content}
