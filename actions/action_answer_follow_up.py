"""A follow-up keeps the thread: from the card it follows, or searched together with the question before it."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.runtime import Runtime
from actions.thread import replies
from actions.turn import Events, SpeakingAction, Turn


class ActionAnswerFollowUp(SpeakingAction):
    action_name = "action_answer_follow_up"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        self.say(runtime, turn, dispatcher, *replies(runtime, turn, tracker))
        return []
