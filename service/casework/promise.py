"""What a person may be promised: when a lawyer answers, counted in working hours, in honest words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from cases import matters, staff
from cases.database import Session
from cases.schema import cases
from cases.status import Urgency
from service.casework.office import Office, office
from settings import get_settings
from settings.clock import SHANGHAI

WEEKDAYS = "一二三四五六日"
NOBODY = "现在还没有律师在线接手，请不要干等：可以先拨打 12348 公共法律服务热线。"


@dataclass(frozen=True)
class Promise:
    """`due_at`: when a lawyer answers at the latest; None when no lawyer is there at all, or the promise ran out."""

    due_at: datetime | None
    open_now: bool
    next_open: datetime
    words: str


def hours_for(urgency: Urgency) -> float:
    settings = get_settings()
    return {
        "now": settings.promise_now_hours,
        "soon": settings.promise_soon_hours,
        "normal": settings.promise_normal_hours,
    }[urgency]


def due_for(moment: datetime, urgency: Urgency) -> datetime:
    """The promise for a case that enters the queue now."""
    return office().add(moment, hours_for(urgency))


def said(moment: datetime, hours: Office) -> str:
    """A moment as a person reads it; a year whose holidays are not published says so."""
    local = moment.astimezone(SHANGHAI)
    words = f"{local.month}月{local.day}日（星期{WEEKDAYS[local.weekday()]}）{local:%H:%M}"
    return words if hours.is_confirmed(local.date()) else words + "（这一年的放假安排还没有公布，遇放假顺延）"


def promise(session: Session, case_id: str) -> Promise:
    """Raises cases.errors.CaseNotFoundError."""
    case, hours = matters.get(session, case_id), office()
    open_now, opens = hours.is_open(session.now), hours.next_open(session.now)
    members = [*staff.everyone(session, role="lawyer"), *staff.everyone(session, role="supervisor")]
    if not members:
        return Promise(None, open_now, opens, NOBODY)
    away = "" if open_now else f"现在不是律师的工作时间，{said(opens, hours)}上班。"
    if case.promise_due_at is None:
        return Promise(None, open_now, opens, away or "律师正在办理。")
    if case.promise_due_at <= session.now:
        words = away + "很抱歉，承诺的时间已经过了，我们提醒了负责人。急的话请拨打 12348。"
        return Promise(None, open_now, opens, words)
    return Promise(
        case.promise_due_at, open_now, opens, f"{away}律师最晚 {said(case.promise_due_at, hours)} 前回复您。"
    )


def queue_place(session: Session, case_id: str) -> int | None:
    """Number in the queue, 1 is next; None when the case does not queue."""
    case = matters.find(session, case_id)
    if case is None or case.status != "queued":
        return None
    first = or_(
        cases.c.urgency < case.urgency,
        (cases.c.urgency == case.urgency) & (cases.c.queued_at < case.queued_at),
    )
    before = select(func.count()).where(cases.c.status == "queued", cases.c.id != case.id, first)
    return int(session.scalar(before) or 0) + 1
