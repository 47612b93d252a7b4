"""A wish for a lawyer: the intake begins, or goes on where it was put off."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import handoff
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from service.intake import SCRIPT_ID


class ActionStartHandoff(SpeakingAction):
    action_name = "action_start_handoff"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        if handoff.about_a_case(runtime, turn):  # "结束人工" sounds like "人工"
            with runtime.database.write() as session:
                card = handoff.standing(session, turn.conversation_id, turn.text)
            self.say(runtime, turn, dispatcher, card)
            return [SlotSet("interview_script", None)]
        handoff.start(runtime, turn)
        return [SlotSet("interview_script", SCRIPT_ID), SlotSet("interview_answer", None)]
