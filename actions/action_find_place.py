"""Where to go with a matter: the directory of confirmed points, and whom to call about the rest."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from service.placekeeping import read_directory
from service.places import places_card
from settings.clock import SHANGHAI


class ActionFindPlace(SpeakingAction):
    action_name = "action_find_place"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        now = runtime.clock.now().astimezone(SHANGHAI)
        self.say(runtime, turn, dispatcher, places_card(read_directory(runtime.database), now, text=turn.text))
        return []
