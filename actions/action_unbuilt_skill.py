"""A wish for a skill that is not built yet: the truth, and what helps meanwhile."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from service.skills import unbuilt_skills


class ActionUnbuiltSkill(SpeakingAction):
    action_name = "action_unbuilt_skill"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        known = turn.intent in unbuilt_skills()
        card = runtime.answerer.unbuilt(turn.intent) if known else runtime.answerer.answer(turn.text)
        self.say(runtime, turn, dispatcher, card)
        return []
