"""The next question of the interview under way."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview import under_way
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn


class ActionAskInterviewAnswer(SpeakingAction):
    action_name = "action_ask_interview_answer"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        with runtime.database.read() as session:
            found = under_way(runtime, session, turn.conversation_id)
        if found:
            interview, script = found
            question = script.next_question(interview.answers, turn.today)
            if question:
                self.say(runtime, turn, dispatcher, script.question_card(question, interview.answers))
        return []
