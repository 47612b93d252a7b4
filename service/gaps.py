"""What people asked and got no good answer to: unanswered and badly rated questions, alike ones together, scrubbed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from cases.database import Session
from cases.permissions import check_allowed
from cases.schema import cards, feedback, messages
from cases.staff import Staff
from knowledge.check_text import overlap
from service.failures import NOT_SURE
from service.scrub import scrub

SHORTEST = 4  # characters: what is shorter asks nothing
LOOK_BACK = timedelta(days=30)
MOST = 2000
ALIKE = 0.28  # share of character pairs; read off real questions: paraphrases lie above, other matters below


@dataclass
class Gap:
    """`questions`: as asked, without personal data; the first stands for all. `bad`: how many were badly rated; `people`: ids of
    who asked."""

    questions: list[str] = field(default_factory=list)
    count: int = 0
    bad: int = 0
    people: set[str] = field(default_factory=set)


def gaps(
    session: Session, actor: Staff, *, span: tuple[datetime, datetime] | None = None, fewest: int = 1
) -> list[Gap]:
    """The largest first; `span`: asked from then on and before then, else in the last days; `fewest`: people who asked. Raises NotAllowedError."""
    check_allowed(actor, "edit_content")
    since, until = span or (session.now - LOOK_BACK, session.now + timedelta(days=1))
    rows: Any = session.execute(
        select(messages.c.text, messages.c.person_id, cards.c.body, feedback.c.good)
        .join(cards, cards.c.message_id == messages.c.id)
        .outerjoin(feedback, feedback.c.card_id == cards.c.id)
        .where(messages.c.author_kind == "person", messages.c.created_at >= since, messages.c.created_at < until)
        .order_by(cards.c.seq.desc())
        .limit(MOST)
    )
    found: list[Gap] = []
    for text, person_id, body, good in rows:
        if text and len(text.strip()) >= SHORTEST and (good is False or body.get("title") == NOT_SURE):
            _put(found, text.strip(), person_id, bad=good is False)
    found = [gap for gap in found if len(gap.people) >= fewest]
    for gap in found:
        gap.questions = list(dict.fromkeys(scrub(question)[:120] for question in gap.questions))
    return sorted(found, key=lambda gap: -gap.count)


def _put(found: list[Gap], text: str, person_id: str, *, bad: bool) -> None:
    near = next((gap for gap in found if overlap(gap.questions[0], text) >= ALIKE), None)
    if near is None:
        near = Gap()
        found.append(near)
    near.questions.append(text)
    near.count += 1
    near.people.add(person_id)
    near.bad += bad
