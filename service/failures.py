"""Answers that did not answer: how many of them came in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cases.transcripts import Utterance

NOT_SURE = "这个问题我没有把握"
NONE_FITS = "换个说法"
_FAILED = {NOT_SURE, NONE_FITS}
"""Titles of the cards that say so: not covered, and none of the choices of a clarifying card."""


def failed(card: Mapping[str, Any]) -> bool:
    return card.get("kind") == "notice" and card.get("title") in _FAILED


def failures_in_a_row(utterances: Sequence[Utterance]) -> int:
    """Counted back from the end; a card that only asks back ends nothing and counts nothing."""
    count = 0
    for utterance in reversed(utterances):
        card = utterance.card
        if card is None or card.get("kind") in ("clarify", "question"):
            continue
        if not failed(card):
            if card.get("kind") == "notice" and card.get("confidence") is None:
                continue  # a notice beside the point (a greeting, what the bot itself says)
            break
        count += 1
    return count
