"""The end of an interview: what the answers add up to, or where it was put off."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import checkups, documents, handoff
from actions.offering import with_mediation
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from cases.interviews import get_interview
from service.cards import Card
from service.checkup_script import CheckupInterview
from service.choices import choice
from service.documents import DocumentInterview
from service.intake import IntakeInterview

GONE = Card(
    kind="notice",
    title="这份问答已经更新",
    conclusion="刚才的问题改过了，之前的回答不能直接用。请再说一遍您的事，我重新问。",
)
CLEARED: Events = [SlotSet("interview_answer", None), SlotSet("interview_script", None)]


class ActionInterviewResult(SpeakingAction):
    action_name = "action_interview_result"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        status, _, interview_id = (tracker.get_slot("interview_answer") or "").partition(":")
        with runtime.database.read() as session:
            interview = get_interview(session, interview_id) if interview_id else None
        script = runtime.answerer.scripted(interview.script_id) if interview else None
        if interview is None or script is None:
            card = GONE
        elif status == "paused":
            card = self._paused(script.target)
        elif isinstance(script, CheckupInterview):
            card = checkups.finish(runtime, turn, script, interview)
        elif isinstance(script, DocumentInterview):
            card = documents.finish(runtime, turn, script, interview)
        elif isinstance(script, IntakeInterview):
            card = handoff.finish(runtime, turn, interview, self.action_name)
        else:
            card = runtime.answerer.outcome_card(script, interview.answers, turn.today)
            card = with_mediation(runtime, turn, card, script.id)
            if script.id in runtime.answerer.content.guides and runtime.answerer.content.guides[script.id].printable:
                card = documents.take_along(runtime, turn, interview, card)
        self.say(runtime, turn, dispatcher, card)
        return CLEARED

    def _paused(self, target: str) -> Card:
        return Card(
            kind="notice",
            title="先停在这里",
            conclusion="好，先停在这里，您答过的都记着。哪天想接着说，点下面的“接着说”就行。",
            choices=[choice(1, "接着说", target)],
        )
