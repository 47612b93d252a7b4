"""Reads the YAML transcripts and plays them through the web API."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import yaml

from tests.stack.talk import Card, Person

FOLDER = Path(__file__).resolve().parents[1] / "transcripts"


def load() -> list[dict[str, Any]]:
    """Every conversation of every file."""
    return [item for path in sorted(FOLDER.glob("*.yml")) for item in yaml.safe_load(path.read_text("utf-8"))]


def play(
    conversation: dict[str, Any],
    person: Person,
    *,
    other: Callable[[], Person] | None = None,
    lawyer: Lawyer | None = None,
) -> None:
    """Raises AssertionError at the first turn that is not met as expected. `other` makes a second person for `as`;
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
            assert any(turn["reads"] in text for text in heard), f"{where}：{heard}"
        else:
            cards = _spoken(speaker, turn, code)
            if turn["expect"].get("silent"):
                assert not cards, f"{where}：{cards}"
                continue
            assert cards, f"{where}：没有任何回答"
            _check(cards, turn["expect"], where)
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


def _check(cards: list[Card], expect: dict[str, Any], where: str) -> None:
    last, first = cards[-1], cards[0]
    got = [(card["kind"], card["faq_id"], card["title"], card["conclusion"]) for card in cards]
    labels = [citation["label"] for card in cards for citation in card["citations"]]
    if "kind" in expect:
        assert last["kind"] == expect["kind"], f"{where}：{got}"
    if "kinds" in expect:
        assert [card["kind"] for card in cards] == expect["kinds"], f"{where}：{got}"
    if "first" in expect:
        assert first["kind"] == expect["first"], f"{where}：{got}"
    if "faq" in expect:
        assert last["faq_id"] == expect["faq"], f"{where}：{got}"
    if "article" in expect:
        assert any(label.startswith(expect["article"]) for label in labels), f"{where}：{labels}"
    if "says" in expect:
        assert any(expect["says"] in card["conclusion"] for card in cards), f"{where}：{got}"
    if "not" in expect:
        assert not any(expect["not"] in card["conclusion"] for card in cards), f"{where}：{got}"
    if "line" in expect:
        lines = [line for card in cards for line in [*card["steps"], *card["lawyer_when"], card["deadline"] or ""]]
        assert any(expect["line"] in line for line in lines), f"{where}：{lines} {got}"
    for part in ("where", "evidence"):
        if part in expect:
            lines = [line for card in cards for line in card[part]]
            assert any(expect[part] in line for line in lines), f"{where}：{lines} {got}"
    if "hint" in expect:
        assert expect["hint"] in first["conclusion"], f"{where}：{got}"
    if "choices" in expect:
        labels_on = [choice["label"] for choice in last["choices"]]
        assert any(expect["choices"] in label for label in labels_on), f"{where}：{labels_on} {got}"
    if "amount" in expect:
        values = [Decimal(amount["value"]) for card in cards for amount in card["amounts"]]
        assert Decimal(expect["amount"]) in values, f"{where}：{values} {got}"
    if "title" in expect:
        assert str(expect["title"]) in last["title"], f"{where}：{got}"
