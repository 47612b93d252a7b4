"""A wish for a document: the one named begins, how to write it is answered first; otherwise those there are."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import documents
from actions.runtime import Runtime
from actions.thread import in_thread
from actions.turn import Events, SpeakingAction, Turn
from service.documents import asks_for_some, offer_card, wanted, with_offer

_HOW = re.compile(r"(怎么|怎样|如何|咋)(写|打|立|填)|有效|要写(什么|啥|哪些)")


class ActionDocument(SpeakingAction):
    action_name = "action_document"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        script = wanted(turn.text)
        if script and not _HOW.search(turn.text):
            documents.begin(runtime, turn, script)
            return [SlotSet("interview_script", script.id), SlotSet("interview_answer", None)]
        if script:
            card = with_offer(in_thread(runtime, turn, tracker), script)
        elif asks_for_some(turn.text):
            card = offer_card()
        else:  # a will, a divorce agreement: not ours to fill in; what we know about writing it helps more than a list
            card = in_thread(runtime, turn, tracker)
        self.say(runtime, turn, dispatcher, card)
        return [SlotSet("interview_script", None)]
