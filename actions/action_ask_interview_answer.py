"""The next question of the interview under way."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview import next_question, under_way
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn


class ActionAskInterviewAnswer(SpeakingAction):
    action_name = "action_ask_interview_answer"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        with runtime.database.read() as session:
            found = under_way(runtime, session, turn.conversation_id)
        question = next_question(*found) if found else None
        if found and question:
            interview, guide = found
            self.say(runtime, turn, dispatcher, runtime.answerer.question_card(guide.id, question, interview.answers))
        return []
