"""Numbers for supervisors: how many, how long, how well; never who or what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from cases import staff
from cases.database import Session
from cases.permissions import check_allowed
from cases.schema import cases, conversations, messages, ratings
from cases.staff import Staff
from cases.status import LIVE, SILENT
from settings.clock import SHANGHAI

DAYS = 30


@dataclass(frozen=True)
class Board:
    """`since`: the first day counted; `promise`: (kept, of how many answered); `unaided`: (conversations without a case, of how
    many); `stars`: (average, of how many). `load`: (name, cases in hand, most)."""

    since: date
    by_status: dict[str, int]
    by_topic: dict[str, int]
    by_street: dict[str, int]
    oldest_waiting: datetime | None
    overdue: int
    promise: tuple[int, int]
    load: list[tuple[str, int, int]]
    unaided: tuple[int, int]
    stars: tuple[float | None, int]
    per_day: list[tuple[date, int, int]]


def board(session: Session, actor: Staff, *, days: int = DAYS) -> Board:
    """Raises NotAllowedError."""
    check_allowed(actor, "see_board")
    today = session.now.astimezone(SHANGHAI).date()
    since = today - timedelta(days=days - 1)
    start = datetime(since.year, since.month, since.day, tzinfo=SHANGHAI)
    held = _held(session)
    live = [(row, n) for row, n in held if row.status in LIVE]
    loads = Counter({row.owner_id: 0 for row, _ in held})
    for row, n in held:
        loads[row.owner_id] += n * (row.status in SILENT)
    replies, per_day = _times(session, start, since, days)
    talks, alone = _talks(session, start)
    recent = ratings.c.created_at >= start
    stars: Any = session.execute(select(func.avg(ratings.c.stars), func.count()).where(recent)).one()
    overdue = cases.c.status.in_(sorted(LIVE)) & (cases.c.promise_due_at < session.now)
    return Board(
        since=since,
        by_status=_sums((row.status, n) for row, n in held),
        by_topic=_sums((row.topic, n) for row, n in live),
        by_street=_sums((row.street, n) for row, n in live if row.street),
        oldest_waiting=session.scalar(select(func.min(cases.c.queued_at)).where(cases.c.status == "queued")),
        overdue=int(session.scalar(select(func.count()).select_from(cases).where(overdue)) or 0),
        promise=replies,
        load=[(one.name, loads[one.id], one.max_load) for one in staff.everyone(session, role="lawyer")],
        unaided=(alone, talks),
        stars=(None if stars[0] is None else float(stars[0]), stars[1]),
        per_day=per_day,
    )


def _held(session: Session) -> list[tuple[Any, int]]:
    """Cases by status, topic, street and lawyer: one look at the table, which is wide, instead of one for each number."""
    kinds = (cases.c.status, cases.c.topic, cases.c.street, cases.c.owner_id)
    rows = session.execute(select(*kinds, func.count().label("n")).group_by(*kinds))
    return [(row, row.n) for row in rows]


def _sums(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The largest first."""
    total: Counter[str] = Counter()
    for name, n in counts:
        total[name] += n
    return dict(sorted(total.items(), key=lambda row: (-row[1], row[0])))


def _talks(session: Session, start: datetime) -> tuple[int, int]:
    """Conversations somebody spoke in, and how many of them needed no case."""
    said = select(messages.c.id).where(messages.c.conversation_id == conversations.c.id)
    used = said.where(messages.c.author_kind == "person").exists()
    handed = said.where(messages.c.case_id.is_not(None)).exists()
    counts = select(func.count(), func.count().filter(~handed)).select_from(conversations)
    row: Any = session.execute(counts.where(conversations.c.opened_at >= start, used)).one()
    return row[0], row[1]


def _times(
    session: Session, start: datetime, since: date, days: int
) -> tuple[tuple[int, int], list[tuple[date, int, int]]]:
    """(replies in time, replies), and per day what was opened and resolved. Counted here and not in SQL: a day begins at
    midnight in Shenzhen, and the two databases shift zones differently."""
    columns = (cases.c.opened_at, cases.c.resolved_at, cases.c.first_reply_at)
    rows = session.execute(
        select(*columns, cases.c.promise_kept).where(or_(*(column >= start for column in columns)))
    ).all()
    answered = [row.promise_kept for row in rows if row.first_reply_at and row.first_reply_at >= start]
    opened, resolved = (
        Counter(at.astimezone(SHANGHAI).date() for at in moments if at and at >= start)
        for moments in ((row.opened_at for row in rows), (row.resolved_at for row in rows))
    )
    all_days = (since + timedelta(days=n) for n in range(days))
    return (sum(map(bool, answered)), len(answered)), [(day, opened[day], resolved[day]) for day in all_days]
