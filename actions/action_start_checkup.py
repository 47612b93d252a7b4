"""A wish for the legal check-up: it begins, or what was put off is offered first."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import checkups
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from service.checkup_script import SCRIPT_ID


class ActionStartCheckup(SpeakingAction):
    action_name = "action_start_checkup"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        waiting = checkups.unfinished(runtime, turn)
        if waiting:
            self.say(runtime, turn, dispatcher, waiting)
            return [SlotSet("interview_script", None)]
        checkups.begin(runtime, turn, "new")
        return [SlotSet("interview_script", SCRIPT_ID), SlotSet("interview_answer", None)]
