"""A wish to calculate: what was said is taken, what is missing is asked; when nothing is, the result at once."""

from __future__ import annotations

from collections.abc import Mapping

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.interview import begin_with
from actions.offering import with_offer
from actions.runtime import Runtime
from actions.thread import replies, sum_meant
from actions.turn import Events, SpeakingAction, Turn
from service.calculator_script import CalculatorInterview, calculator_for
from service.interviews import UNKNOWN
from service.skills import wants_a_number

ENOUGH_SAID = 2  # figures in the message: whoever brings figures wants a figure back
DONE: Events = [SlotSet("interview_script", None)]


def figures(script: CalculatorInterview, said: Mapping[str, str]) -> int:
    """How many numbers and dates were said. A branch that only follows from one of them is no second one: who says
    "拖了两个月工资没给" asks what to do."""
    figures = (question.id for question in script.script.questions if question.type != "choice")
    return sum(said.get(figure, UNKNOWN) != UNKNOWN for figure in figures)


class ActionCalculate(SpeakingAction):
    action_name = "action_calculate"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        script = sum_meant(runtime, turn) or calculator_for(turn.intent)
        said = script.heard(turn.text, turn.today) if script else {}
        if script is None or not (wants_a_number(turn.intent, turn.text) or figures(script, said) >= ENOUGH_SAID):
            self.say(runtime, turn, dispatcher, *replies(runtime, turn, tracker))
            return DONE
        answers, _ = script.mended(said, turn.today)
        if script.next_question(answers, turn.today) is None:
            result = runtime.answerer.outcome_card(script, answers, turn.today)
            self.say(runtime, turn, dispatcher, with_offer(runtime, turn, result))
            return DONE
        begin_with(runtime, turn.conversation_id, turn.message_id, script, answers)
        return [SlotSet("interview_script", script.id), SlotSet("interview_answer", None)]
