"""Messages in both directions, in order of arrival, and how far each one has come.

received -> answering -> answered; or `failed` (kept, tried again later), `gave_up` (tried often enough, told so),
`handed` (a lawyer holds the conversation). What we say is `sent`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from cases.database import Session
from cases.ids import new_id
from cases.schema import cards, conversations, leases, messages, staff

Status = Literal["received", "answering", "answered", "failed", "gave_up", "handed"]
AuthorKind = Literal["person", "bot", "lawyer", "system"]


@dataclass(frozen=True)
class Message:
    """What a person sent. `payload`: what a choice means to Rasa; `text` is then the label they picked."""

    seq: int
    id: str
    person_id: str
    conversation_id: str
    channel: str
    text: str
    payload: str | None
    choice_card_id: str | None
    status: Status
    attempts: int
    created_at: datetime


@dataclass(frozen=True)
class Entry:
    """One line of the conversation as shown to people: either `text`, or the body of a card (its `id` added).
    `author_name`: of the lawyer whose words they are."""

    seq: int
    id: str
    author: AuthorKind
    text: str | None
    card: dict[str, Any] | None
    at: datetime
    author_name: str | None = None


_COLUMNS = (
    messages.c.seq,
    messages.c.id,
    messages.c.person_id,
    messages.c.conversation_id,
    messages.c.channel,
    messages.c.text,
    messages.c.payload,
    messages.c.choice_card_id,
    messages.c.status,
    messages.c.attempts,
    messages.c.created_at,
)
_DUPLICATE = select(*_COLUMNS).where(
    messages.c.channel == bindparam("channel"), messages.c.channel_message_id == bindparam("channel_message_id")
)
_NEXT = (
    select(*_COLUMNS)
    .where(messages.c.person_id == bindparam("person_id"), messages.c.status.in_(("received", "answering")))
    .order_by(messages.c.seq)
    .limit(1)
)
_STATUS = select(messages.c.status).where(messages.c.id == bindparam("id"))
_ENTRY_COLUMNS = (
    messages.c.seq,
    messages.c.id,
    messages.c.author_kind,
    messages.c.text,
    messages.c.card_id,
    cards.c.body,
    messages.c.created_at,
    staff.c.name,
)
_ENTRIES = (
    select(*_ENTRY_COLUMNS)
    .outerjoin(cards, cards.c.id == messages.c.card_id)
    .outerjoin(staff, staff.c.id == messages.c.staff_id)
)
_HISTORY = (
    _ENTRIES.where(messages.c.person_id == bindparam("person_id"), messages.c.seq > bindparam("after"))
    .order_by(messages.c.seq)
    .limit(bindparam("limit"))
)
_OF_CASE = (
    _ENTRIES.where(messages.c.case_id == bindparam("case_id"), messages.c.seq > bindparam("after"))
    .order_by(messages.c.seq)
    .limit(bindparam("limit"))
)
_REPLIES = _ENTRIES.where(messages.c.reply_to == bindparam("id")).order_by(messages.c.seq)
# A message belongs to the case that is spoken of in its conversation.
_INSERT = insert(messages).values(
    case_id=select(conversations.c.case_id).where(conversations.c.id == bindparam("within")).scalar_subquery()
)


def find(session: Session, *, channel: str, channel_message_id: str) -> Message | None:
    """The message a channel delivered under this id before, or None."""
    row = session.execute(_DUPLICATE, {"channel": channel, "channel_message_id": channel_message_id}).first()
    return _message(row) if row else None


def find_id(session: Session, *, channel: str, channel_message_id: str) -> str | None:
    """Like `find`, for words of either side: only the id."""
    here = (messages.c.channel == channel) & (messages.c.channel_message_id == channel_message_id)
    found: str | None = session.scalar(select(messages.c.id).where(here))
    return found


def store(
    session: Session,
    *,
    person_id: str,
    conversation_id: str,
    channel: str,
    channel_message_id: str,
    text: str,
    payload: str | None = None,
    choice_card_id: str | None = None,
    status: Status = "received",
) -> Message:
    """Keep an incoming message before anything is done with it. The caller has looked for a duplicate (`find`) under
    the person's lock; a race lost anyway raises sqlalchemy.exc.IntegrityError."""
    message_id = new_id("m_")
    values = {
        "id": message_id,
        "person_id": person_id,
        "conversation_id": conversation_id,
        "channel": channel,
        "channel_message_id": channel_message_id,
        "author_kind": "person",
        "text": text,
        "payload": payload,
        "choice_card_id": choice_card_id,
        "status": status,
        "created_at": session.now,
        "within": conversation_id,
    }
    key = session.execute(_INSERT, values).inserted_primary_key
    assert key is not None
    return Message(
        key[0],
        message_id,
        person_id,
        conversation_id,
        channel,
        text,
        payload,
        choice_card_id,
        status,
        0,
        session.now,
    )


def next_to_answer(session: Session, person_id: str) -> Message | None:
    """The person's oldest message that nobody finished. The caller holds the person's lease, so one that is `answering`
    was left by a process that died."""
    row = session.execute(_NEXT, {"person_id": person_id}).first()
    return _message(row) if row else None


def next_to_retry(session: Session, person_id: str) -> Message | None:
    """The person's oldest failed message whose time has come."""
    row = session.execute(
        select(*_COLUMNS)
        .where(messages.c.person_id == person_id, messages.c.status == "failed")
        .where(messages.c.not_before <= session.now)
        .order_by(messages.c.seq)
        .limit(1)
    ).first()
    return _message(row) if row else None


def people_waiting(session: Session, *, retry: bool = True, limit: int = 50) -> list[str]:
    """People with an unfinished message and no living lease on them, longest waiting first; with `retry` also those
    whose failed message is due."""
    failed = and_(messages.c.status == "failed", messages.c.not_before <= session.now)
    left = messages.c.status.in_(("received", "answering"))
    rows = session.execute(
        select(messages.c.person_id)
        .outerjoin(leases, leases.c.name == messages.c.person_id)
        .where(messages.c.status.in_(("received", "answering", "failed")))
        .where(or_(left, failed) if retry else left)
        .where(or_(leases.c.until.is_(None), leases.c.until <= session.now))
        .group_by(messages.c.person_id)
        .order_by(func.min(messages.c.seq))
        .limit(limit)
    )
    return [row.person_id for row in rows]


def mark(session: Session, message_id: str, status: Status) -> None:
    """Note how far the message has come."""
    session.execute(update(messages).where(messages.c.id == message_id).values(status=status, not_before=None))


def begin(session: Session, message_id: str) -> None:
    """An attempt starts."""
    session.execute(
        update(messages)
        .where(messages.c.id == message_id)
        .values(status="answering", attempts=messages.c.attempts + 1, not_before=None)
    )


def postpone(session: Session, message_id: str, wait: timedelta, *, counted: bool = True) -> None:
    """The attempt failed: keep the message and try again after `wait`. `counted` False (Rasa was not reached at all)
    takes the attempt back."""
    values: dict[str, Any] = {"status": "failed", "not_before": session.now + wait}
    if not counted:
        values["attempts"] = messages.c.attempts - 1
    session.execute(update(messages).where(messages.c.id == message_id).values(**values))


def status(session: Session, message_id: str) -> Status | None:
    found: Status | None = session.scalar(_STATUS, {"id": message_id})
    return found


def person_of(session: Session, message_id: str) -> str | None:
    """Whose message it is; None when it is gone."""
    found: str | None = session.scalar(select(messages.c.person_id).where(messages.c.id == message_id))
    return found


def deferred(session: Session, message_id: str) -> bool:
    """Whether nobody waits for its answer in an open connection any more."""
    return bool(session.scalar(select(messages.c.deferred).where(messages.c.id == message_id)))


def say(
    session: Session,
    *,
    person_id: str,
    conversation_id: str,
    channel: str,
    author_kind: AuthorKind,
    reply_to: str | None = None,
    card_ids: list[str] | None = None,
    text: str | None = None,
    staff_id: str | None = None,
    channel_message_id: str | None = None,
) -> list[str]:
    """Put what we say (cards, or a lawyer's text) at the end of the person's conversation; returns the messages' ids.
    `channel_message_id`: name of a lawyer's words, so that a double click is found (`find`)."""
    shared = {
        "person_id": person_id,
        "conversation_id": conversation_id,
        "channel": channel,
        "author_kind": author_kind,
        "reply_to": reply_to,
        "status": "sent",
        "created_at": session.now,
        "staff_id": staff_id,
        "channel_message_id": channel_message_id,
        "within": conversation_id,
    }
    rows: list[dict[str, Any]] = [
        {**shared, "id": new_id("m_"), "card_id": card_id, "text": None} for card_id in card_ids or []
    ]
    if text is not None:
        rows.append({**shared, "id": new_id("m_"), "card_id": None, "text": text})
    if rows:
        session.execute(_INSERT, rows)
    return [row["id"] for row in rows]


def history(session: Session, person_id: str, *, after: int = 0, limit: int = 100) -> list[Entry]:
    """What was said from `after` (a sequence number) on, oldest first, over all conversations of the person."""
    return _entries(session, _HISTORY, {"person_id": person_id, "after": after, "limit": limit})


def of_case(session: Session, case_id: str, *, after: int = 0, limit: int = 100) -> list[Entry]:
    """What was said in a case from `after` (a sequence number) on, oldest first."""
    return _entries(session, _OF_CASE, {"case_id": case_id, "after": after, "limit": limit})


def replies(session: Session, message_id: str) -> list[Entry]:
    """What was said in answer to one message."""
    return _entries(session, _REPLIES, {"id": message_id})


def _message(row: Any) -> Message:
    return Message(*row)


def _entries(session: Session, statement: Any, parameters: dict[str, Any]) -> list[Entry]:
    rows: Any = session.execute(statement, parameters)
    return [
        Entry(seq, id_, author, text, {**body, "id": card_id} if body is not None else None, at, name)
        for seq, id_, author, text, card_id, body, at, name in rows
    ]
