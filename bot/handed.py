"""What becomes of a message while a lawyer has the word: it is the lawyer's, and the bot is silent but for the few words that
concern the case itself (end, withdraw, where it stands), and one honest note that the words arrived."""

from __future__ import annotations

from cases import cards
from cases.cards import ROUTER_ACTION
from cases.database import Session
from cases.messages import Message
from cases.status import LIVE
from service import case_cards, case_words, casework, meeting, own_cases
from service.cards import Card

NOTE = "handed"


def answer(session: Session, message: Message) -> tuple[str, Card] | None:
    """The name of the notice and the card to say; None for silence. What a wish changes is changed here."""
    state = casework.speaking_case(session, message.person_id)
    choice = case_words.chosen(message.payload)
    if choice.startswith("case:"):
        return _chosen(session, message, choice.removeprefix("case:"))
    wish = case_words.wish(message.text) if message.payload is None else None
    if wish == "end" and state:
        casework.person_ends(session, state.id)
        return None  # the way back to the bot is said in the fresh conversation
    if wish == "withdraw" and state:
        return "withdraw", case_cards.withdraw_which([state])
    if wish in meeting.WISHES:
        return "meeting", meeting.answer(session, message.person_id, message.text)
    if wish == "status" or (message.payload is None and case_words.code_in(message.text)):
        return "status", _status(session, message, state)
    if cards.said_in(session, message.conversation_id, ROUTER_ACTION + NOTE):
        return None
    return NOTE, case_cards.handed(state.owner_name if state else None)


def _chosen(session: Session, message: Message, target: str) -> tuple[str, Card] | None:
    wish, _, case_id = target.partition(":")
    if wish in meeting.CHOICES:
        return "meeting", meeting.chosen(session, message.person_id, wish, case_id)
    if wish == "keep":
        return "kept", case_cards.kept()
    state = casework.case_of_person(session, case_id, message.person_id)
    if state is None or state.status not in LIVE:
        return "past", case_cards.past()
    if wish == "withdraw":
        casework.withdraw(session, case_id)
        return None  # said in the fresh conversation
    if wish == "talk":
        casework.speak_in(session, message.conversation_id, case_id)
        return "talk", case_cards.talking_of(state)
    return "past", case_cards.past()


def _status(session: Session, message: Message, state: casework.CaseState | None) -> Card:
    code = case_words.code_in(message.text)
    if code:
        found = casework.case_by_code(session, code)
        if found is None:
            return case_cards.only_a_wish() if own_cases.is_traceless(session, code) else case_cards.unknown_code(code)
        mine = casework.case_of_person(session, found.id, message.person_id) is not None
        return case_cards.status(found, found.promise.words if found.promise else "", mine=mine)
    live = casework.live_cases(session, message.person_id)
    if len(live) > 1:
        return case_cards.several(live, state.id if state else None)
    if state is None:
        return case_cards.none_here()
    return case_cards.status(state, state.promise.words if state.promise else "")
