"""Counts for the staff page: how many, never who or what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from cases.database import Database, Session
from cases.schema import cards, case_events, cases, feedback, messages, outbox, people


@dataclass(frozen=True)
class Counts:
    """`failed`: messages still owed an answer; `waiting`: rows of the outbox not yet delivered."""

    people: int
    messages_today: int
    cards: int
    good: int
    bad: int
    failed: int
    waiting: int


def count(database: Database) -> Counts:
    """One read of each number. Raises sqlalchemy.exc.SQLAlchemyError when the database is away."""
    with database.read() as session:
        day_ago = session.now - timedelta(days=1)

        def number(table: object, *where: object) -> int:
            return int(session.scalar(select(func.count()).select_from(table).where(*where)) or 0)  # type: ignore[arg-type]

        return Counts(
            people=number(people),
            messages_today=number(messages, messages.c.author_kind == "person", messages.c.created_at >= day_ago),
            cards=number(cards),
            good=number(feedback, feedback.c.good.is_(True)),
            bad=number(feedback, feedback.c.good.is_(False)),
            failed=number(messages, messages.c.status == "failed"),
            waiting=number(outbox, outbox.c.sent_at.is_(None)),
        )


def mark(session: Session, case_id: str) -> tuple[int, int]:
    """What differs once anything was done to the case: its version and its latest event."""
    version = session.scalar(select(cases.c.version).where(cases.c.id == case_id))
    event = session.scalar(select(func.max(case_events.c.id)).where(case_events.c.case_id == case_id))
    return int(version or 0), int(event or 0)
