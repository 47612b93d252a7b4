"""An article by its name, verbatim."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn


class ActionLookupStatute(SpeakingAction):
    action_name = "action_lookup_statute"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        self.say(runtime, turn, dispatcher, runtime.answerer.statute_card(turn.text))
        return []
