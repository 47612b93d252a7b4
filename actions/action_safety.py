"""Danger that Rasa heard: the safety card."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from service.case_cards import offer
from service.danger import detect, safety_card


class ActionSafety(SpeakingAction):
    action_name = "action_safety"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        card = safety_card(detect(turn.text))
        self.say(runtime, turn, dispatcher, card.model_copy(update={"choices": [offer(urgent=True)]}))
        return []
