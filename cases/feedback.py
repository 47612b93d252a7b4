"""What people thought of a card: one opinion a card, the last one counts."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from cases.database import Session
from cases.schema import cards, feedback


def record(session: Session, *, card_id: str, good: bool, comment: str | None = None) -> bool:
    """Keep the opinion; said again, it replaces the first (a comment stays unless a new one comes).

    The caller has checked that the card is this person's. False when there is no such card.
    """
    conversation_id = session.scalar(select(cards.c.conversation_id).where(cards.c.id == card_id))
    if conversation_id is None:
        return False
    values = {"good": good, "created_at": session.now} | ({"comment": comment} if comment else {})
    if session.execute(update(feedback).where(feedback.c.card_id == card_id).values(**values)).rowcount == 0:
        row = {"conversation_id": conversation_id, "card_id": card_id, "good": good, "comment": comment}
        session.execute(insert(feedback), {**row, "created_at": session.now})
    return True
