"""A wish for a skill that is not built yet: the truth, and what helps meanwhile."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.offering import with_offer
from actions.runtime import Runtime
from actions.thread import in_thread, more_of
from actions.turn import Events, SpeakingAction, Turn
from service.skills import unbuilt_skills, wants_a_number


class ActionUnbuiltSkill(SpeakingAction):
    action_name = "action_unbuilt_skill"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        known = turn.intent in unbuilt_skills() and wants_a_number(turn.intent, turn.text)
        card = more_of(runtime, turn)  # "去哪里投诉" after an answer asks for that answer's places
        if card is None:
            card = runtime.answerer.unbuilt(turn.intent) if known else in_thread(runtime, turn, tracker)
        self.say(runtime, turn, dispatcher, with_offer(runtime, turn, card))
        return []
