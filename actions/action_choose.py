"""A choice was picked: show an FAQ, begin an interview, or ask for other words."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import checkups, documents, handoff, popular
from actions.interview import begin
from actions.offering import told, with_mediation, with_offer
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from service import mediation
from service.cards import Card
from service.checkup_script import SCRIPT_ID
from service.documents import DocumentInterview
from service.failures import NONE_FITS
from service.intake import SCRIPT_ID as INTAKE
from service.placekeeping import read_directory
from service.places import places_card
from settings.clock import SHANGHAI

NOT_THESE = Card(
    kind="notice",
    title=NONE_FITS,
    conclusion="好。请多说几句：谁和谁、什么时候、发生了什么、您想要什么结果。我再找一次。",
)
PAST = Card(kind="notice", title="这个选项已经过去了", conclusion="刚才那组选项已经用过了。请直接说您的问题。")


class ActionChoose(SpeakingAction):
    action_name = "action_choose"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        kind, _, target = (turn.choice or "").partition(":")
        if kind == SCRIPT_ID:
            return self._checkup(runtime, turn, dispatcher, target)
        if kind == "handoff":
            handoff.start(runtime, turn)
            return [SlotSet("interview_script", INTAKE), SlotSet("interview_answer", None)]
        if kind == "mediate":
            return self._mediation(runtime, turn, dispatcher, target)
        if kind == "case":
            self.change(runtime, turn, dispatcher, lambda s: handoff.chosen(s, turn.conversation_id, target))
            return [SlotSet("interview_script", None)]
        if kind in popular.KINDS:
            self.say(runtime, turn, dispatcher, *popular.chosen(runtime, turn))
            return [SlotSet("interview_script", None)]
        script = runtime.answerer.scripted((turn.choice or "").removeprefix("guide:"))
        if isinstance(script, DocumentInterview):
            documents.begin(runtime, turn, script)
            return [SlotSet("interview_script", script.id), SlotSet("interview_answer", None)]
        if script:
            begin(runtime, turn.conversation_id, turn.message_id, script)
            return [SlotSet("interview_script", script.id), SlotSet("interview_answer", None)]
        if kind == "faq" and target in runtime.answerer.content.faqs:
            self.say(
                runtime, turn, dispatcher, with_mediation(runtime, turn, runtime.answerer.faq_card(target), target)
            )
        elif kind == "place":
            now = runtime.clock.now().astimezone(SHANGHAI)
            self.say(runtime, turn, dispatcher, places_card(read_directory(runtime.database), now, matter=target))
        else:
            self.say(runtime, turn, dispatcher, with_offer(runtime, turn, NOT_THESE) if kind == "none" else PAST)
        return [SlotSet("interview_script", None)]

    def _mediation(self, runtime: Runtime, turn: Turn, dispatcher: CollectingDispatcher, target: str) -> Events:
        """`mediate:about`, `mediate:start`, `mediate:go_on`; none of them after family violence was told."""
        unsafe = mediation.family_violence(told(runtime, turn))
        if unsafe or target == "about":
            card = mediation.not_here() if unsafe else mediation.about(runtime.knowledge.gate)
            self.say(runtime, turn, dispatcher, card)
            return [SlotSet("interview_script", None)]
        handoff.start(runtime, turn, script=mediation.MediationInterview())
        return [SlotSet("interview_script", mediation.SCRIPT_ID), SlotSet("interview_answer", None)]

    def _checkup(self, runtime: Runtime, turn: Turn, dispatcher: CollectingDispatcher, target: str) -> Events:
        """`checkup:go_on`, `checkup:new`, `checkup:more`, `checkup:lawyer:<report>`."""
        wish, _, report_id = target.partition(":")
        if wish == "lawyer":
            handoff.start(runtime, turn, report_id=report_id)
            return [SlotSet("interview_script", INTAKE), SlotSet("interview_answer", None)]
        checkups.begin(runtime, turn, wish)
        return [SlotSet("interview_script", SCRIPT_ID), SlotSet("interview_answer", None)]
