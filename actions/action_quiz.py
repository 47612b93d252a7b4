"""A wish to play the quiz: the topics to choose from, or a round of the topic named."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import popular
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn


class ActionQuiz(SpeakingAction):
    action_name = "action_quiz"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        self.say(runtime, turn, dispatcher, popular.quiz(runtime).offer(turn.text, turn.message_id))
        return []
