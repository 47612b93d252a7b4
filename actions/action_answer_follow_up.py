"""A follow-up keeps the thread: from the card it follows, or searched together with the question before it."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from cases.cards import last_card
from service.cards import Card
from service.followups import narrowed

QUESTIONS = {"legal_question", "nlu_fallback"}


class ActionAnswerFollowUp(SpeakingAction):
    action_name = "action_answer_follow_up"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        with runtime.database.read() as session:
            body = last_card(session, turn.conversation_id)
        before = Card.model_validate({k: v for k, v in body.items() if k != "id"}) if body else None
        card = narrowed(before, turn.text) if before else None
        self.say(runtime, turn, dispatcher, card or runtime.answerer.answer(self._with_question(turn, tracker)))
        return []

    def _with_question(self, turn: Turn, tracker: Tracker) -> str:
        for event in reversed(tracker.events[:-1]):
            if event.get("event") != "user" or event.get("text") == turn.text:
                continue
            intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
            if intent in QUESTIONS:
                return f"{event['text']}，{turn.text}"
        return turn.text
