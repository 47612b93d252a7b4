"""The Civil Law Park: where it is as far as that is confirmed, its stories; or the article of the day."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import popular
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from service.popular import wants_today


class ActionLawPark(SpeakingAction):
    action_name = "action_law_park"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        card = popular.today(runtime, turn) if wants_today(turn.text) else popular.park(runtime)
        self.say(runtime, turn, dispatcher, card)
        return []
