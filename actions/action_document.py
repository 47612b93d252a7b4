"""A wish for a document: the one named begins; otherwise those there are."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import documents
from actions.action_answer_follow_up import in_thread
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from service.documents import asks_for_some, offer_card, wanted


class ActionDocument(SpeakingAction):
    action_name = "action_document"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        script = wanted(turn.text)
        if script is None:
            # 遗嘱、离婚协议 …: not one of ours; what the knowledge says about writing it helps more than a list
            card = offer_card() if asks_for_some(turn.text) else in_thread(runtime, turn, tracker)
            self.say(runtime, turn, dispatcher, card)
            return [SlotSet("interview_script", None)]
        documents.begin(runtime, turn, script)
        return [SlotSet("interview_script", script.id), SlotSet("interview_answer", None)]
