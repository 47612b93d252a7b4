"""Praise and blame in words count for the card said last."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from cases import feedback
from cases.cards import last_card
from cases.database import Session
from service.cards import Card
from service.case_cards import offer

GOOD = Card(kind="notice", title="谢谢", conclusion="能帮上您就好。还有别的事，接着说就行。")
BAD = Card(
    kind="notice",
    title="记下了",
    conclusion="抱歉没帮上忙。把经过多说几句，我再找一次；也可以转给律师，或者直接拨 12348。",
    where=["12348 公共法律服务热线"],
    choices=[offer()],
)


class ActionRecordFeedback(SpeakingAction):
    action_name = "action_record_feedback"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        good = turn.intent == "feedback_good"

        def record(session: Session) -> Card:
            last = last_card(session, turn.conversation_id)
            if last:
                feedback.record(session, card_id=last["id"], good=good)
            return GOOD if good else BAD

        self.change(runtime, turn, dispatcher, record)
        return []
