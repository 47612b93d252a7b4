"""Words that reach the person in their own conversation: kept as a message and, where the channel does not fetch, put into
the outbox in the same transaction."""

from __future__ import annotations

from sqlalchemy import select

from cases import cards, messages, outbox
from cases.database import Session
from cases.matters import Case
from cases.schema import conversations
from service.cards import Card

PULL_CHANNELS = frozenset({"web"})  # the page fetches; everywhere else late words need the outbox
ACTION = "router:case"  # cards the bot says by itself: choices shown before them stay alive
ASKING = "case"  # cards with choices of their own, which are the ones alive from then on


def channel_of(session: Session, conversation_id: str | None) -> str | None:
    found: str | None = session.scalar(select(conversations.c.channel).where(conversations.c.id == conversation_id))
    return found


def say_card(
    session: Session,
    case: Case,
    card: Card,
    *,
    key: str,
    conversation_id: str | None = None,
    staff_id: str | None = None,
) -> str | None:
    """Say a card to the case's person, once under one `key`; returns its id. `staff_id`: the lawyer who says it, else it is the
    bot. None when nobody is there any more."""
    conversation_id = conversation_id or case.conversation_id
    channel = channel_of(session, conversation_id)
    if case.person_id is None or conversation_id is None or channel is None:
        return None
    action = ASKING if card.choices else ACTION
    said_before = cards.find(session, message_id=key, action=action)
    if said_before:
        return said_before
    body = card.model_dump(mode="json")
    card_id = cards.save_card(session, conversation_id=conversation_id, message_id=key, action=action, body=body)
    messages.say(session, person_id=case.person_id, conversation_id=conversation_id, channel=channel,
                 author_kind="lawyer" if staff_id else "bot", card_ids=[card_id], staff_id=staff_id)  # fmt: skip
    if channel not in PULL_CHANNELS:
        parcel = {"card": card_id} | ({"author": "lawyer", "case": case.id} if staff_id else {})
        outbox.put(session, person_id=case.person_id, target=channel, key=card_id, body=parcel, via="service")
    return card_id


def say_words(session: Session, case: Case, text: str, *, staff_id: str, key: str) -> str | None:
    """A lawyer's own words; said again under the same `key`, the first message stands. None when nobody is there."""
    channel = channel_of(session, case.conversation_id)
    if case.person_id is None or case.conversation_id is None or channel is None:
        return None
    name = session.keys.lookup(f"lawyer:{case.id}:{staff_id}", key).hex()
    known = messages.find_id(session, channel=channel, channel_message_id=name)
    if known:
        return known
    (message_id,) = messages.say(session, person_id=case.person_id, conversation_id=case.conversation_id, channel=channel,
                                 author_kind="lawyer", text=text, staff_id=staff_id, channel_message_id=name)  # fmt: skip
    if channel not in PULL_CHANNELS:
        body = {"text": text, "author": "lawyer", "case": case.id}
        outbox.put(session, person_id=case.person_id, target=channel, key=message_id, body=body, via="service")
    return message_id
