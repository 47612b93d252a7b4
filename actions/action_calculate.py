"""A wish to calculate: what was said is taken, what is missing is asked; when nothing is, the result at once."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action_answer_follow_up import in_thread
from actions.interview import begin_with
from actions.offering import with_offer
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from service.calculator_script import calculator_for
from service.skills import wants_a_number

ENOUGH_SAID = 2  # values in the message: whoever brings figures wants a figure back
DONE: Events = [SlotSet("interview_script", None)]


class ActionCalculate(SpeakingAction):
    action_name = "action_calculate"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        script = calculator_for(turn.intent)
        said = script.heard(turn.text, turn.today) if script else {}
        if script is None or not (wants_a_number(turn.intent, turn.text) or len(said) >= ENOUGH_SAID):
            self.say(runtime, turn, dispatcher, with_offer(runtime, turn, in_thread(runtime, turn, tracker)))
            return DONE
        answers, _ = script.mended(said, turn.today)
        if script.next_question(answers, turn.today) is None:
            result = runtime.answerer.outcome_card(script, answers, turn.today)
            self.say(runtime, turn, dispatcher, with_offer(runtime, turn, result))
            return DONE
        begin_with(runtime, turn.conversation_id, turn.message_id, script, answers)
        return [SlotSet("interview_script", script.id), SlotSet("interview_answer", None)]
