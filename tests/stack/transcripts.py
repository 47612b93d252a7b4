"""Reads the YAML transcripts and plays them through the web API."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tests.stack.talk import Card, Person

FOLDER = Path(__file__).resolve().parents[1] / "transcripts"


def load() -> list[dict[str, Any]]:
    """Every conversation of every file."""
    return [item for path in sorted(FOLDER.glob("*.yml")) for item in yaml.safe_load(path.read_text("utf-8"))]


def play(conversation: dict[str, Any], person: Person) -> None:
    """Raises AssertionError at the first turn that is not met as expected."""
    for number, turn in enumerate(conversation["turns"], 1):
        cards = person.say(turn["say"]) if "say" in turn else person.pick(turn["pick"])
        where = f"{conversation['name']}，第 {number} 轮 {turn.get('say') or turn.get('pick')}"
        assert cards, f"{where}：没有任何回答"
        _check(cards, turn["expect"], where)


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
    if "amount" in expect:
        values = [Decimal(amount["value"]) for card in cards for amount in card["amounts"]]
        assert Decimal(expect["amount"]) in values, f"{where}：{values} {got}"
    if "title" in expect:
        assert str(expect["title"]) in last["title"], f"{where}：{got}"
