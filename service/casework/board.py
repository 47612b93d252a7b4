"""Numbers for supervisors: how many, how long, how well; never who or what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from cases import staff
from cases.database import Session
from cases.permissions import check_allowed
from cases.schema import cases, conversations, messages, ratings
from cases.staff import Staff
from cases.status import LIVE
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
    live = cases.c.status.in_(sorted(LIVE))
    queued = cases.c.status == "queued"
    answered = cases.c.first_reply_at >= start
    kept = _count(session, cases, answered, cases.c.promise_kept.is_(True))
    recent = conversations.c.opened_at >= start
    used = _said().where(messages.c.author_kind == "person").exists()
    handed = _said().where(messages.c.case_id.is_not(None))
    average = session.scalar(select(func.avg(ratings.c.stars)).where(ratings.c.created_at >= start))
    return Board(
        since=since,
        by_status=_grouped(session, cases.c.status),
        by_topic=_grouped(session, cases.c.topic, live),
        by_street=_grouped(session, cases.c.street, live, cases.c.street.is_not(None)),
        oldest_waiting=session.scalar(select(func.min(cases.c.queued_at)).where(queued)),
        overdue=_count(session, cases, live, cases.c.promise_due_at < session.now),
        promise=(kept, _count(session, cases, answered)),
        load=_load(session),
        unaided=(
            _count(session, conversations, recent, used, ~handed.exists()),
            _count(session, conversations, recent, used),
        ),
        stars=(None if average is None else float(average), _count(session, ratings, ratings.c.created_at >= start)),
        per_day=_per_day(session, start, since, days),
    )


def _said() -> Select[tuple[Any]]:
    return select(messages.c.id).where(messages.c.conversation_id == conversations.c.id)


def _count(session: Session, table: object, *where: object) -> int:
    return int(session.scalar(select(func.count()).select_from(table).where(*where)) or 0)  # type: ignore[arg-type]


def _grouped(session: Session, column: object, *where: object) -> dict[str, int]:
    rows: Any = session.execute(
        select(column, func.count().label("n")).where(*where).group_by(column)  # type: ignore[call-overload]
    )
    return {row[0]: row[1] for row in sorted(rows, key=lambda row: (-row[1], row[0]))}


def _load(session: Session) -> list[tuple[str, int, int]]:
    held = staff.loads(session)
    return [(member.name, held.get(member.id, 0), member.max_load) for member in staff.everyone(session, role="lawyer")]


def _per_day(session: Session, start: datetime, since: date, days: int) -> list[tuple[date, int, int]]:
    """Counted here and not in SQL: a day begins at midnight in Shenzhen, and the two databases shift zones differently."""
    counted = []
    for column in (cases.c.opened_at, cases.c.resolved_at):
        moments = session.execute(select(column).where(column >= start)).scalars()
        counted.append(Counter(moment.astimezone(SHANGHAI).date() for moment in moments))
    all_days = [since + timedelta(days=n) for n in range(days)]
    return [(day, counted[0][day], counted[1][day]) for day in all_days]
