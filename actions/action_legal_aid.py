"""Whether a person may get legal aid, or relief from court fees: their facts are asked; a question about how it goes is
answered first."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.interview import begin
from actions.offering import with_offer
from actions.runtime import Runtime
from actions.thread import in_thread
from actions.turn import Events, SpeakingAction, Turn
from service.choices import choice

GUIDE = "guide.procedure.legal-aid"
FEES = "guide.procedure.fee-relief"
_OF_FEES = re.compile(r"诉讼费|受理费|上诉费")
_ABOUT = re.compile(
    r"多久|几天|多长|什么是|是什么|材料|证件|带什么|哪里|去哪|在哪|地址|电话|收不收费|要不要钱|免费的吗|不服|拒绝|不批"
)


def guide_for(text: str) -> str:
    """Court fees are asked of the court, a lawyer of legal aid: each has a guide of its own."""
    return FEES if _OF_FEES.search(text) else GUIDE


class ActionLegalAid(SpeakingAction):
    action_name = "action_legal_aid"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        script = runtime.answerer.scripted(guide_for(turn.text))
        if script and not _ABOUT.search(turn.text):
            begin(runtime, turn.conversation_id, turn.message_id, script)
            return [SlotSet("interview_script", script.id), SlotSet("interview_answer", None)]
        card = in_thread(runtime, turn, tracker)
        if script and not any(script.target in each.payload for each in card.choices):
            mine = choice(len(card.choices) + 1, "看看我能不能申请", script.target)
            card = card.model_copy(update={"choices": [*card.choices, mine]})
        self.say(runtime, turn, dispatcher, with_offer(runtime, turn, card))
        return [SlotSet("interview_script", None)]
