"""A person talking to the running service through its web API."""

from __future__ import annotations

import time
import uuid
from typing import Any

import httpx

Card = dict[str, Any]
PATIENCE = 60.0


class UnmetError(AssertionError):
    """The service answered otherwise than expected; a mistake of the test itself is a plain AssertionError."""


class Person:
    """`say` and `pick` return the cards that answer, waiting for late ones."""

    def __init__(self, http: httpx.Client, *, consent: bool = True) -> None:
        self.http = http
        session = http.post("/api/session").raise_for_status().json()
        self.headers = {"X-CSRF-Token": session["csrf"]}
        self.last: list[Card] = []
        if consent:
            http.post("/api/consent", json={"agreed": True}, headers=self.headers).raise_for_status()

    def say(self, text: str, client_id: str | None = None) -> list[Card]:
        return self._send({"text": text, "client_id": client_id or str(uuid.uuid4())})

    def answered(self, text: str) -> dict[str, Any]:
        """One message and its answer, which must come at once."""
        body = {"text": text, "client_id": str(uuid.uuid4())}
        answer: dict[str, Any] = (
            self.http.post("/api/messages", json=body, headers=self.headers).raise_for_status().json()
        )
        assert answer["status"] == "answered", answer["status"]
        return answer

    def pick(self, label: str) -> list[Card]:
        """Pick the choice of the last cards whose label holds `label`."""
        for card in reversed(self.last):
            for choice in card["choices"]:
                if label in choice["label"]:
                    body = {"choice": choice["id"], "card": card["id"], "client_id": str(uuid.uuid4())}
                    return self._send(body)
        raise UnmetError(f"no choice with {label!r} in {[c['choices'] for c in self.last]}")

    def history(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._read()["messages"]
        return found

    def owner(self) -> str:
        """Who has the word, as the page is told: `bot` or `lawyer`."""
        case = self._read()["case"]
        return str(case["speaks"]) if case else "bot"

    def _read(self) -> dict[str, Any]:
        read: dict[str, Any] = self.http.get("/api/messages", params={"after": 0}).raise_for_status().json()
        return read

    def _send(self, body: dict[str, Any]) -> list[Card]:
        before = {m["card"]["id"] for m in self.history() if m.get("card")}
        answer = self.http.post("/api/messages", json=body, headers=self.headers).raise_for_status().json()
        cards = answer["cards"]
        if answer["status"] == "pending":
            cards = self._late(answer["message_id"], cards, before)
        self.last = cards
        return list(cards)

    def _late(self, message_id: str, cards: list[Card], before: set[str]) -> list[Card]:
        """What comes after all; what was said to earlier messages answers none."""
        known = before | {card["id"] for card in cards}
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            late = [m["card"] for m in self.history() if m.get("card") and m["card"]["id"] not in known]
            if late:
                return [*cards, *late]
            time.sleep(0.2)
        raise UnmetError(f"no answer to {message_id}")
