"""A follow-up keeps the thread: from the card it follows, or searched together with the question before it."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.offering import with_offer
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from cases.cards import last_card
from service.cards import Card
from service.followups import narrowed

QUESTIONS = {"legal_question", "nlu_fallback"}


class ActionAnswerFollowUp(SpeakingAction):
    action_name = "action_answer_follow_up"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        self.say(runtime, turn, dispatcher, with_offer(runtime, turn, in_thread(runtime, turn, tracker)))
        return []


def in_thread(runtime: Runtime, turn: Turn, tracker: Tracker) -> Card:
    """What a short message means after what was said before it."""
    with runtime.database.read() as session:
        body = last_card(session, turn.conversation_id)
    before = Card.model_validate({k: v for k, v in body.items() if k != "id"}) if body else None
    part = narrowed(before, turn.text) if before else None
    return part or runtime.answerer.answer(_with_question(turn, tracker))


def _with_question(turn: Turn, tracker: Tracker) -> str:
    if turn.intent != "follow_up":
        return turn.text
    for event in reversed(tracker.events[:-1]):
        if event.get("event") != "user" or event.get("text") == turn.text:
            continue
        intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
        if intent in QUESTIONS:
            return f"{event['text']}，{turn.text}"
    return turn.text
