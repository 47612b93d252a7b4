"""One turn as an action sees it: who, which message, what was said; and the base class of actions that speak."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import Runtime, get_runtime
from cases import cards as stored
from cases.cards import save_card
from cases.database import Session
from service.cards import Card
from settings.clock import SHANGHAI

SECONDS = 2.5  # every action ends within this, so that the person is never left waiting for one
Events = list[dict[str, Any]]


@dataclass(frozen=True)
class Turn:
    """`message_id` is the bot's; in `rasa shell` there is none and Rasa's own id stands in."""

    conversation_id: str
    message_id: str
    text: str
    intent: str
    choice: str | None
    today: date

    @classmethod
    def of(cls, tracker: Tracker, runtime: Runtime) -> Turn:
        message = tracker.latest_message or {}
        metadata = message.get("metadata") or {}
        sent = metadata.get("sent_at")
        today = datetime.fromisoformat(sent).astimezone(SHANGHAI).date() if sent else runtime.clock.today()
        return cls(
            conversation_id=tracker.sender_id,
            message_id=metadata.get("message_id")
            or message.get("message_id")
            or f"{tracker.sender_id}-{len(tracker.events)}",
            text=message.get("text") or "",
            intent=(message.get("intent") or {}).get("name") or "",
            choice=next((e["value"] for e in message.get("entities") or [] if e.get("entity") == "choice"), None),
            today=today,
        )


class SpeakingAction(Action, ABC):  # type: ignore[misc]  # rasa-sdk ships no types
    """An action that thinks in a thread and says cards. Subclasses write `act`."""

    action_name = ""

    def name(self) -> str:
        return self.action_name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        runtime = get_runtime()
        turn = Turn.of(tracker, runtime)
        return await asyncio.wait_for(asyncio.to_thread(self.act, runtime, turn, tracker, dispatcher), SECONDS)

    @abstractmethod
    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        """Do the work and return Rasa events."""

    def say(self, runtime: Runtime, turn: Turn, dispatcher: CollectingDispatcher, *cards: Card) -> None:
        """Store the cards (once per message and action) and hand Rasa their ids with a short text."""
        with runtime.database.write() as session:
            ids = [
                save_card(
                    session,
                    conversation_id=turn.conversation_id,
                    message_id=turn.message_id,
                    action=self.action_name,
                    position=position,
                    body=card.model_dump(mode="json"),
                )
                for position, card in enumerate(cards)
            ]
        self._utter(dispatcher, ids, cards)

    def change(
        self, runtime: Runtime, turn: Turn, dispatcher: CollectingDispatcher, work: Callable[[Session], Card]
    ) -> None:
        """Say the card of work that changes something: both are one transaction. A turn that runs again, after its first run
        died, changes nothing more and says what was said."""
        with runtime.database.write() as session:
            said = stored.find(session, message_id=turn.message_id, action=self.action_name)
            card = Card.model_validate(stored.get_card(session, said)) if said else work(session)
            card_id = said or save_card(
                session,
                conversation_id=turn.conversation_id,
                message_id=turn.message_id,
                action=self.action_name,
                body=card.model_dump(mode="json"),
            )
        self._utter(dispatcher, [card_id], [card])

    def _utter(self, dispatcher: CollectingDispatcher, ids: Sequence[str], cards: Sequence[Card]) -> None:
        for card_id, card in zip(ids, cards, strict=True):
            dispatcher.utter_message(json_message={"card_id": card_id, "text": card.conclusion})
