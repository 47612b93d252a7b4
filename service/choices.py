"""Choices on a card: what a person reads, and what Rasa receives when it is picked."""

from __future__ import annotations

import json

from service.cards import CardChoice


def choice_payload(choice: str) -> str:
    """What Rasa receives for a choice."""
    return "/choose" + json.dumps({"choice": choice}, ensure_ascii=False)


def choice(number: int, label: str, target: str) -> CardChoice:
    return CardChoice(id=f"c{number}", label=label[:40], payload=choice_payload(target))
