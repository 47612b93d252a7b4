"""Cards on their way out: what Rasa said as plain text becomes a card; what leaves the server loses its payloads."""

from __future__ import annotations

import re
from typing import Any

from service.cards import Card, CardChoice

CONCLUSION = 120
_SENTENCE_END = re.compile(r"(?<=[。！？!?\n])")


def public(body: dict[str, Any]) -> dict[str, Any]:
    """The card as the page may see it: each choice with id and label only."""
    if not body.get("choices"):
        return body
    return {**body, "choices": [{"id": choice["id"], "label": choice["label"]} for choice in body["choices"]]}


def notice_from_text(text: str, buttons: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A text response of Rasa as the body of a notice card. Long texts: the first sentences are the conclusion."""
    conclusion, steps = split(text.strip())
    choices = [
        CardChoice(id=f"c{number}", label=str(button["title"]), payload=str(button["payload"]))
        for number, button in enumerate(buttons or [], start=1)
    ]
    return Card(kind="notice", conclusion=conclusion, steps=steps, choices=choices).model_dump(mode="json")


def split(text: str) -> tuple[str, list[str]]:
    """At most 120 characters for the conclusion, cut at a sentence's end where there is one; the rest as steps."""
    if len(text) <= CONCLUSION:
        return text, []
    head = ""
    for sentence in _SENTENCE_END.split(text):
        if len(head) + len(sentence) > CONCLUSION:
            break
        head += sentence
    head = head or text[:CONCLUSION]
    rest = text[len(head) :]
    return head.strip(), [line.strip() for line in rest.splitlines() if line.strip()]
