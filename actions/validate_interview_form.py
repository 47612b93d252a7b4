"""Every turn inside an interview: an answer, a step back, a pause, or a question in between."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import handoff
from actions.action_find_place import place_named
from actions.interview import under_way
from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from cases.interviews import Interview, ended_by, save_interview
from knowledge.schema import Question
from service import case_words, interviews, threads
from service.answering import ASK_AGAIN, AnyInterview
from service.cards import Card
from service.danger import detect
from service.intake import SCRIPT_ID as INTAKE
from service.triage import wants_lawyer

GO_ON: Events = [SlotSet("interview_answer", None)]
MAY_NOT_BE_TEXT = {"danger", "cancel"}


class ValidateInterviewForm(SpeakingAction):
    action_name = "validate_interview_form"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        with runtime.database.read() as session:
            found = under_way(runtime, session, turn.conversation_id)
            ended = None if found else ended_by(session, turn.conversation_id, turn.message_id)
        if ended:  # this message ended it, and the turn runs again
            return [SlotSet("interview_answer", f"{ended.status}:{ended.id}")]
        question = found[1].next_question(found[0].answers, turn.today) if found else None
        if found is None or question is None:
            return [SlotSet("interview_answer", f"done:{found[0].id}" if found else "gone")]
        interview, script = found
        if interview.last_message_id == turn.message_id:
            return GO_ON  # this message has been counted: it opened the interview, or comes again
        if self._wants_lawyer(turn, script):
            handoff.start(runtime, turn)  # what was under way is put off, not lost
            return [SlotSet("interview_script", INTAKE), *GO_ON]
        moved = self._moved(runtime, turn, dispatcher, interview, script, question)
        if moved is None:
            self._digress(runtime, turn, dispatcher, script, question)
            return GO_ON
        with runtime.database.write() as session:
            stored = save_interview(session, moved, message_id=turn.message_id)
        return GO_ON if stored.status == "open" else [SlotSet("interview_answer", f"{stored.status}:{stored.id}")]

    def _moved(
        self,
        runtime: Runtime,
        turn: Turn,
        dispatcher: CollectingDispatcher,
        interview: Interview,
        script: AnyInterview,
        question: Question,
    ) -> Interview | None:
        """The interview after this message; None when the message is about something else."""
        kind, _, rest = (turn.choice or "").partition(":")
        back = rest == "back" if kind == "interview" else not turn.choice and interviews.wants_back(turn.text)
        stop = rest == "stop" if kind == "interview" else not turn.choice and self._stops(turn)
        ending = script.cut_short(interview.answers) if self._finishes(turn) else None
        if ending:
            interview.status = ending
            return interview
        if stop:
            interview.status = "paused"
            return interview
        if back:
            interview.answers = script.back(interview.answers)
            return interview
        said = (
            self._picked(rest, question)
            if kind == "answer"
            else {}
            if turn.choice
            else self._typed(runtime, turn, script, question)
        )
        if not said:
            return None
        answers = interviews.pruned(script.script, {**interview.answers, **said})
        sources = interviews.sourced(interview.answers) | dict.fromkeys(said, turn.message_id)
        beside = {**interviews.kept_beside(interview.answers), interviews.SOURCES: sources}
        following = script.next_question(answers, turn.today)
        if following is None:
            answers, why = script.mended(answers, turn.today)
            following = script.next_question(answers, turn.today)
            if why:
                self.say(runtime, turn, dispatcher, Card(kind="notice", title="这里对不上", conclusion=why[:120]))
        interview.answers = {**answers, **beside}
        interview.position = following.id if following else None
        interview.status = "open" if following else "done"
        return interview

    def _stops(self, turn: Turn) -> bool:
        if interviews.wants_stop(turn.text):
            return True
        # Of so few letters a model may hear giving up in "跳过", which skips one question.
        return turn.intent == "cancel" and len(turn.text) <= 12 and not interviews.wants_skip(turn.text)

    def _finishes(self, turn: Turn) -> bool:
        return turn.choice == "interview:finish" if turn.choice else interviews.wants_finish(turn.text)

    def _picked(self, rest: str, question: Question) -> dict[str, str]:
        asked, _, picked = rest.partition(":")
        known = {c.id for c in question.choices} | {interviews.UNKNOWN}
        return {question.id: picked} if asked == question.id and picked in known else {}

    def _typed(self, runtime: Runtime, turn: Turn, script: AnyInterview, question: Question) -> dict[str, str]:
        wish = case_words.wish(turn.text)
        asked = wish == "meet" and question.type == "choice"  # "想当面谈" answers the intake's own question
        if (
            detect(turn.text)
            or (wish and not asked)
            or (turn.intent in MAY_NOT_BE_TEXT and question.type == "text" and not interviews.wants_skip(turn.text))
        ):
            return {}
        said = script.read(question, turn.text, turn.today)
        # A sum stands in many a story: "朋友借我两万块不还" is no monthly wage.
        story = turn.intent == "legal_question" and question.type not in ("choice", "text")
        return {} if said and story and runtime.answerer.is_another_problem(turn.text, script) else said

    def _wants_lawyer(self, turn: Turn, script: AnyInterview) -> bool:
        if turn.choice:
            return turn.choice.startswith("handoff:")
        return turn.intent == "find_lawyer" and script.id != INTAKE and wants_lawyer(turn.text)

    def _digress(
        self, runtime: Runtime, turn: Turn, dispatcher: CollectingDispatcher, script: AnyInterview, question: Question
    ) -> None:
        kind, _, target = (turn.choice or "").partition(":")
        if kind == "case" or (not turn.choice and case_words.wish(turn.text)):
            here = turn.conversation_id
            self.change(
                runtime,
                turn,
                dispatcher,
                lambda s: handoff.chosen(s, here, target) if turn.choice else handoff.standing(s, here, turn.text),
            )
            return
        if kind == "faq" and target in runtime.answerer.content.faqs:
            self.say(runtime, turn, dispatcher, runtime.answerer.faq_card(target))
        elif not turn.choice:
            card = place_named(runtime, turn) or threads.aside(runtime.answerer, turn.text, turn.intent, script.id)
            hint = script.hint(question)
            if hint and card.conclusion == ASK_AGAIN:
                card = card.model_copy(update={"conclusion": hint})
            self.say(runtime, turn, dispatcher, card)
