"""Cards: everything 龙华小法 said, in full. Rasa's tracker holds only their ids."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, select

from cases import conversations
from cases.database import Session
from cases.ids import new_id
from cases.schema import cards
from cases.schema import conversations as conversation_table

_LOOK_BACK = 5
ROUTER_ACTION = "router:"
"""Prefix of cards the bot itself says (notices, safety); they do not end the life of the choices shown before them."""

_EXISTING = select(cards.c.id).where(
    cards.c.message_id == bindparam("message_id"),
    cards.c.action == bindparam("action"),
    cards.c.position == bindparam("position"),
)
_BODY = select(cards.c.body).where(cards.c.id == bindparam("id"))
_MANY = select(cards.c.id, cards.c.body).where(cards.c.id.in_(bindparam("ids", expanding=True)))
_LAST = (
    select(cards.c.id, cards.c.message_id, cards.c.body)
    .where(cards.c.conversation_id == bindparam("conversation_id"), cards.c.action.not_like(ROUTER_ACTION + "%"))
    .order_by(cards.c.seq.desc())
    .limit(1)
)
_OF_PERSON = (
    select(cards.c.body)
    .join(conversation_table, conversation_table.c.id == cards.c.conversation_id)
    .where(cards.c.id == bindparam("id"), conversation_table.c.person_id == bindparam("person_id"))
)
_IS_LIVE = select(cards.c.message_id).where(cards.c.id == bindparam("id"))


def save_card(
    session: Session,
    *,
    conversation_id: str,
    message_id: str,
    action: str,
    body: dict[str, Any],
    position: int = 0,
) -> str:
    """Store a card and return its id. Said again for the same (message, action, position), the first one stands and its
    id comes back: an action that runs twice changes nothing. Raises ConversationGoneError after erasure."""
    existing = find(session, message_id=message_id, action=action, position=position)
    if existing is not None:
        return existing
    conversations.ensure(session, conversation_id)
    card_id = new_id("c_")
    session.execute(
        insert(cards),
        {
            "id": card_id,
            "conversation_id": conversation_id,
            "message_id": message_id,
            "action": action,
            "position": position,
            "body": body,
            "created_at": session.now,
        },
    )
    return card_id


def find(session: Session, *, message_id: str, action: str, position: int = 0) -> str | None:
    """The id of the card this action said to this message, or None."""
    found: str | None = session.scalar(_EXISTING, {"message_id": message_id, "action": action, "position": position})
    return found


def get_card(session: Session, card_id: str) -> dict[str, Any] | None:
    """The body as it was saved, or None."""
    body: dict[str, Any] | None = session.scalar(_BODY, {"id": card_id})
    return body


def get_cards(session: Session, card_ids: list[str]) -> dict[str, dict[str, Any]]:
    """Bodies by id; ids nobody knows are left out."""
    return {row.id: row.body for row in session.execute(_MANY, {"ids": card_ids})} if card_ids else {}


def last_card(session: Session, conversation_id: str) -> dict[str, Any] | None:
    """The body of what an action said last in this conversation, with its `id` added; None before the first."""
    row = session.execute(_LAST, {"conversation_id": conversation_id}).first()
    return {**row.body, "id": row.id} if row else None


def last_cards(session: Session, conversation_id: str, most: int) -> list[tuple[str, dict[str, Any]]]:
    """What actions said last, newest first: the action and the body."""
    rows = session.execute(
        select(cards.c.action, cards.c.body)
        .where(cards.c.conversation_id == conversation_id, cards.c.action.not_like(ROUTER_ACTION + "%"))
        .order_by(cards.c.seq.desc())
        .limit(most)
    )
    return [(row.action, row.body) for row in rows]


def last_to_choose_from(session: Session, conversation_id: str) -> dict[str, Any] | None:
    """The card a typed choice means: what was said last, the bot's own notices among it where they offer choices. Where it
    cites nothing, with the articles of what was said in the same turn."""
    rows = session.execute(
        select(cards.c.id, cards.c.action, cards.c.body, cards.c.message_id)
        .where(cards.c.conversation_id == conversation_id)
        .order_by(cards.c.seq.desc())
        .limit(_LOOK_BACK)
    ).all()
    for row in rows:
        if row.body.get("choices") or not row.action.startswith(ROUTER_ACTION):
            turn = (one.body.get("citations") for one in rows if one.message_id == row.message_id)
            return {**row.body, "id": row.id, "citations": next(filter(None, turn), [])}
    return None


def card_of_person(session: Session, card_id: str, person_id: str) -> dict[str, Any] | None:
    """The body if the card was said to this person; None otherwise, whether it exists or not."""
    body: dict[str, Any] | None = session.scalar(_OF_PERSON, {"id": card_id, "person_id": person_id})
    return body


def said_in(session: Session, conversation_id: str, action: str) -> bool:
    """Whether this action has said anything in the conversation."""
    statement = select(cards.c.id).where(cards.c.conversation_id == conversation_id, cards.c.action == action).limit(1)
    return session.scalar(statement) is not None


def is_live(session: Session, card_id: str, conversation_id: str, *, picked_by: str = "") -> bool:
    """Whether choices of this card may still be picked: it belongs to the last turn of the conversation (a turn may say
    several cards; notices of the bot itself do not count as a turn). Nor do cards said to the message `picked_by` itself: its
    turn died after it had spoken, and runs again."""
    before = _LAST.where(cards.c.message_id != picked_by)
    last = session.execute(before, {"conversation_id": conversation_id}).first()
    return last is not None and session.scalar(_IS_LIVE, {"id": card_id}) == last.message_id
