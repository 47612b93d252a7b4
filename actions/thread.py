"""What a message means after what was said before it; several questions in it are answered one by one."""

from __future__ import annotations

from itertools import takewhile

from rasa_sdk import Tracker

from actions.action_restart_conversation import ActionRestartConversation
from actions.offering import Stored
from actions.runtime import Runtime
from actions.turn import Turn
from cases.cards import last_cards
from service import offering, threads
from service.calculator_script import CalculatorInterview
from service.cards import Card
from service.followups import asks_on, bare
from service.normalise import normalise
from service.several import questions

LOOK_BACK = 8  # cards: as far back as somebody still asks on about a matter
# What a later message may ask on about; sums too: "被辞退能赔多少" is a question like any other.
QUESTIONS = ("legal_question", "nlu_fallback", "calc_", "document_help", "legal_aid")


def replies(runtime: Runtime, turn: Turn, tracker: Tracker) -> list[Card]:
    """The cards that answer a message: one, or one for each of several questions; on the last, what is on offer."""
    return offering.replies(
        runtime.answerer,
        turn.text,
        turn.today,
        Stored(runtime, turn),
        lambda: in_thread(runtime, turn, tracker),
        turn.message_id,
    )


def in_thread(runtime: Runtime, turn: Turn, tracker: Tracker) -> Card:
    """The answer in the light of the question before, when the message only asks on."""
    text, answerer = normalise(turn.text), runtime.answerer
    if not (turn.intent == "follow_up" or asks_on(text)):
        return answerer.answer(turn.text)
    before, part = threads.thread_card(_said(runtime, turn), text)
    if part:
        return threads.grounded(answerer, part, before, text)
    question = _question(turn, tracker)
    return threads.in_thread(answerer, text, question, before) if question else answerer.answer(turn.text)


def more_of(runtime: Runtime, turn: Turn) -> Card | None:
    """What the card before says of it, when the message asks for nothing else ("去哪里投诉", "要不要请律师")."""
    text = normalise(turn.text)
    if not bare(text):
        return None
    before, part = threads.thread_card(_said(runtime, turn), text)
    return threads.grounded(runtime.answerer, part, before, text) if part else None


def sum_meant(runtime: Runtime, turn: Turn) -> CalculatorInterview | None:
    """The sum of the matter spoken of, when the message names none ("帮我算算")."""
    text = normalise(turn.text)
    return threads.sum_about(threads.thread_card(_said(runtime, turn), text)[0]) if bare(text) else None


def _said(runtime: Runtime, turn: Turn) -> list[Card]:
    """The last cards of the conversation, newest first, as far as it was not begun anew."""
    with runtime.database.read() as session:
        found = last_cards(session, turn.conversation_id, LOOK_BACK)
    since = takewhile(lambda said: said[0] != ActionRestartConversation.action_name, found)
    return [Card.model_validate(body) for _, body in since]


def _question(turn: Turn, tracker: Tracker) -> str | None:
    """The last question that was about something of its own."""
    for event in reversed(tracker.events[:-1]):
        if event.get("event") != "user" or event.get("text") == turn.text or bare(normalise(event.get("text") or "")):
            continue
        intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name") or ""
        if intent.startswith(QUESTIONS):
            return questions(event["text"])[-1]
    return None
