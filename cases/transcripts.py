"""A conversation as it went, for those who go on with it: who said what, in answer to which message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cases.database import Session
from cases.schema import cards, messages

LONGEST = 400


@dataclass(frozen=True)
class Utterance:
    """`text` or `card`. `typed` False: a choice was picked and `text` is its label."""

    message_id: str
    author: str
    text: str | None
    card: dict[str, Any] | None
    at: datetime
    reply_to: str | None
    typed: bool


def transcript(session: Session, conversation_id: str) -> list[Utterance]:
    """The last 400 utterances of the conversation, oldest first."""
    rows = session.execute(
        select(
            messages.c.id,
            messages.c.author_kind,
            messages.c.text,
            cards.c.body,
            messages.c.created_at,
            messages.c.reply_to,
            messages.c.payload,
        )
        .outerjoin(cards, cards.c.id == messages.c.card_id)
        .where(messages.c.conversation_id == conversation_id)
        .order_by(messages.c.seq.desc())
        .limit(LONGEST)
    ).all()
    return [
        Utterance(id_, author, text, body, at, reply_to, payload is None)
        for id_, author, text, body, at, reply_to, payload in reversed(rows)
    ]
