"""One person talking to the real actions on a real database: what the rules in data/rules do, without Rasa. Messages and cards
are stored as the bot's router stores them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.action_answer_question import ActionAnswerQuestion
from actions.action_ask_interview_answer import ActionAskInterviewAnswer
from actions.action_calculate import ActionCalculate
from actions.action_case_status import ActionCaseStatus
from actions.action_choose import ActionChoose
from actions.action_interview_result import ActionInterviewResult
from actions.action_record_feedback import ActionRecordFeedback
from actions.action_safety import ActionSafety
from actions.action_start_handoff import ActionStartHandoff
from actions.runtime import Runtime
from actions.turn import SpeakingAction, Turn
from actions.validate_interview_form import ValidateInterviewForm
from cases import cards, conversations, messages, people
from service.cards import Card
from service.case_words import chosen
from settings.clock import SHANGHAI

ACTIONS: dict[str, type[SpeakingAction]] = {
    "find_lawyer": ActionStartHandoff,
    "case_status": ActionCaseStatus,
    "feedback_bad": ActionRecordFeedback,
    "danger": ActionSafety,
    "calc_unpaid_wages": ActionCalculate,
    "calc_severance": ActionCalculate,
}

Done = tuple[list[dict[str, Any]], list[str]]
"""What an action leaves: its events, and the ids of the cards it said."""


class Rules:
    """What data/rules do with the turns of one conversation: which actions run, and the slots between them."""

    def __init__(self, default: type[SpeakingAction] = ActionAnswerQuestion) -> None:
        self.slots: dict[str, Any] = {}
        self.looping = False
        self._default = default

    def run(self, turn: Turn, do: Callable[[SpeakingAction, Turn, dict[str, Any]], Done]) -> list[str]:
        """Ids of the cards that were said. `do` carries out one action."""
        ids: list[str] = []

        def one(action: SpeakingAction) -> None:
            events, said = do(action, turn, dict(self.slots))
            self.slots |= {event["name"]: event["value"] for event in events}
            ids.extend(said)

        if self.looping:
            one(ValidateInterviewForm())
        else:
            one((ActionChoose if turn.choice else ACTIONS.get(turn.intent, self._default))())
            self.looping = bool(self.slots.get("interview_script"))
        if self.looping and self.slots.get("interview_answer"):
            self.looping = False
            one(ActionInterviewResult())
        elif self.looping:
            one(ActionAskInterviewAnswer())
        return ids


def act(runtime: Runtime, action: SpeakingAction, turn: Turn, slots: dict[str, Any]) -> Done:
    """One action, as the action server runs it."""
    dispatcher = CollectingDispatcher()
    tracker = Tracker(turn.conversation_id, slots, {}, [], False, None, {}, "action_listen")
    events = action.act(runtime, turn, tracker, dispatcher)
    return events, [message["custom"]["card_id"] for message in dispatcher.messages]


class Talker(Rules):
    """`say` and `pick` return the last card; `cards` holds all that were said to the last message."""

    def __init__(self, runtime: Runtime, name: str = "甲", channel: str = "web") -> None:
        self.runtime, self.channel = runtime, channel
        with runtime.database.write() as session:
            person = people.find_or_create(session, channel=channel, value=name)
            self.person_id = person.id
        super().__init__()
        self.number = 0
        self.cards: list[Card] = []
        self.message_id = ""

    @property
    def conversation_id(self) -> str:
        with self.runtime.database.write() as session:
            return conversations.current(session, person_id=self.person_id, channel=self.channel).id

    @property
    def today(self) -> date:
        return self.runtime.clock.now().astimezone(SHANGHAI).date()

    def say(self, text: str, intent: str = "legal_question") -> Card:
        return self._turn(text, None, intent)

    def pick(self, label: str) -> Card:
        found = next(c for card in reversed(self.cards) for c in card.choices if label in c.label)
        return self._turn(found.label, found.payload, "choose")

    def again(self) -> Card:
        """The last turn once more, as after a crash."""
        return self._answer(self.turn)

    def _turn(self, text: str, payload: str | None, intent: str) -> Card:
        self.number += 1
        here = self.conversation_id
        with self.runtime.database.write() as session:
            stored = messages.store(
                session,
                person_id=self.person_id,
                conversation_id=here,
                channel=self.channel,
                channel_message_id=f"{self.person_id}{self.number}",
                text=text,
                payload=payload,
                status="answered",
            )
        self.message_id = stored.id
        self.turn = Turn(here, stored.id, text, intent, chosen(payload) or None, self.today)
        return self._answer(self.turn)

    def _answer(self, turn: Turn) -> Card:
        ids = self.run(turn, self._act)
        with self.runtime.database.read() as session:
            self.cards = [Card.model_validate(cards.get_card(session, card_id)) for card_id in ids]
        with self.runtime.database.write() as session:
            messages.say(
                session, person_id=self.person_id, conversation_id=turn.conversation_id, channel=self.channel,
                author_kind="bot", reply_to=turn.message_id, card_ids=ids,
            )  # fmt: skip
        return self.cards[-1]

    def _act(self, action: SpeakingAction, turn: Turn, slots: dict[str, Any]) -> Done:
        return act(self.runtime, action, turn, slots)
