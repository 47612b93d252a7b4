"""Where to go with a matter: the directory of confirmed points, and whom to call about the rest."""

from __future__ import annotations

from datetime import datetime

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from service.cards import Card
from service.placekeeping import read_directory
from service.places import places_card
from settings.clock import SHANGHAI


class ActionFindPlace(SpeakingAction):
    action_name = "action_find_place"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        self.say(
            runtime, turn, dispatcher, places_card(read_directory(runtime.database), _now(runtime), text=turn.text)
        )
        return []


def place_named(runtime: Runtime, turn: Turn) -> Card | None:
    """In the middle of an interview, without choices so that it goes on: where to go with a matter that the message names
    itself. None for "去哪里" alone, which asks about what is spoken of."""
    if turn.intent != "find_place":
        return None
    directory = read_directory(runtime.database)
    if directory.matter_in(turn.text) is None:
        return None
    return places_card(directory, _now(runtime), text=turn.text).model_copy(update={"choices": []})


def _now(runtime: Runtime) -> datetime:
    return runtime.clock.now().astimezone(SHANGHAI)
