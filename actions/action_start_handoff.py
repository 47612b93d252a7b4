"""A wish for a lawyer: the intake begins, or goes on where it was put off."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import handoff
from actions.offering import with_offer
from actions.runtime import Runtime
from actions.thread import more_of
from actions.turn import Events, SpeakingAction, Turn
from service.intake import SCRIPT_ID


class ActionStartHandoff(SpeakingAction):
    action_name = "action_start_handoff"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        if handoff.about_a_case(runtime, turn):  # "结束人工" sounds like "人工"
            self.change(runtime, turn, dispatcher, lambda s: handoff.standing(s, turn.conversation_id, turn.text))
            return [SlotSet("interview_script", None)]
        card = more_of(runtime, turn)  # "要不要请律师" asks for advice, not for one
        if card:
            self.say(runtime, turn, dispatcher, with_offer(runtime, turn, card))
            return [SlotSet("interview_script", None)]
        handoff.start(runtime, turn)
        return [SlotSet("interview_script", SCRIPT_ID), SlotSet("interview_answer", None)]
