"""Every legal question, and everything Rasa is not sure of, is answered from knowledge."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import Runtime
from actions.thread import replies
from actions.turn import Events, SpeakingAction, Turn


class ActionAnswerQuestion(SpeakingAction):
    action_name = "action_answer_question"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        self.say(runtime, turn, dispatcher, *replies(runtime, turn, tracker))
        return []
