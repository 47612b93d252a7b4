"""Conversations: what Rasa knows as a sender. A random id, never the person's; owned by the bot or by a lawyer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import bindparam, insert, select, update

from cases.database import Session
from cases.ids import CONVERSATION_PREFIX, new_id
from cases.schema import cases, conversations
from cases.status import LIVE, SILENT

Owner = Literal["bot", "lawyer"]


class ConversationGoneError(Exception):
    """The conversation was erased (or never existed): nothing may be written for it any more."""


@dataclass(frozen=True)
class Conversation:
    id: str
    owner: Owner


_CURRENT = (
    select(conversations.c.id, conversations.c.owner)
    .where(
        conversations.c.person_id == bindparam("person_id"),
        conversations.c.channel == bindparam("channel"),
        conversations.c.status == "open",
    )
    .order_by(conversations.c.opened_at.desc())
    .limit(1)
)
_SPOKEN_OF = (
    select(cases.c.id, cases.c.status)
    .where(cases.c.person_id == bindparam("person_id"), cases.c.status.in_(sorted(LIVE)))
    .order_by(cases.c.spoken_at.desc(), cases.c.seq.desc())
    .limit(1)
)
_OWNER = select(conversations.c.owner).where(conversations.c.id == bindparam("id"))


def current(session: Session, *, person_id: str, channel: str) -> Conversation:
    """The person's open conversation on this channel, opened when there is none."""
    known = find_current(session, person_id=person_id, channel=channel)
    return known or open_new(session, person_id=person_id, channel=channel)


def find_current(session: Session, *, person_id: str, channel: str) -> Conversation | None:
    """The person's open conversation on this channel, or None."""
    row = session.execute(_CURRENT, {"person_id": person_id, "channel": channel}).first()
    return Conversation(row.id, row.owner) if row else None


def open_new(session: Session, *, person_id: str, channel: str) -> Conversation:
    """Begin a fresh conversation (first contact, return from a lawyer, restart); older ones there are closed. Who has a
    live case goes on speaking of the one they spoke of last, with the lawyer if one holds it."""
    session.execute(
        update(conversations)
        .where(conversations.c.person_id == person_id, conversations.c.channel == channel)
        .where(conversations.c.status == "open")
        .values(status="closed", closed_at=session.now)
    )
    case = session.execute(_SPOKEN_OF, {"person_id": person_id}).first()
    owner: Owner = "lawyer" if case and case.status in SILENT else "bot"
    conversation = Conversation(new_id(CONVERSATION_PREFIX), owner)
    _insert(session, conversation.id, person_id, channel, owner, case.id if case else None)
    return conversation


def owner(session: Session, conversation_id: str) -> Owner | None:
    """Who speaks in this conversation; None when it is gone."""
    found: Owner | None = session.scalar(_OWNER, {"id": conversation_id})
    return found


def set_owner(session: Session, conversation_id: str, owner: Owner) -> None:
    """Hand the word over. The caller audits why. Raises ConversationGoneError."""
    statement = update(conversations).where(conversations.c.id == conversation_id).values(owner=owner)
    if session.execute(statement).rowcount != 1:
        raise ConversationGoneError


def ensure(session: Session, conversation_id: str) -> None:
    """Make sure rows may refer to the conversation: `rasa shell` and `rasa test` bring ids of their own, which become
    conversations of nobody. One of ours that is missing was erased: raises ConversationGoneError, so that a late action
    cannot bring it back."""
    if owner(session, conversation_id) is not None:
        return
    if conversation_id.startswith(CONVERSATION_PREFIX):
        raise ConversationGoneError
    _insert(session, conversation_id, None, "console", "bot", None)


def _insert(
    session: Session, conversation_id: str, person_id: str | None, channel: str, owner: Owner, case_id: str | None
) -> None:
    session.execute(
        insert(conversations),
        {
            "id": conversation_id,
            "person_id": person_id,
            "channel": channel,
            "owner": owner,
            "case_id": case_id,
            "status": "open",
            "opened_at": session.now,
        },
    )
