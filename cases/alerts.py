"""Calls to the staff: kept as rows, sent by mail (the worker) and to a bound messenger (the outbox), acknowledged or
escalated. They say that something waits, never what and never whose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, insert, select, update

from cases import leased, outbox
from cases.database import Session
from cases.schema import alerts, staff

Kind = Literal[
    "new_case", "assigned", "spoke", "danger", "promise_near", "promise_broken", "deadline", "deadline_unread",
    "withdrawn", "ended", "reopened", "person_gone", "escalated", "meeting",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
WECHAT = "wechat"


@dataclass(frozen=True)
class Call:
    """`text`: all that leaves the house; `escalate`: unacknowledged so long, a supervisor hears of it."""

    text: str
    escalate: timedelta | None = None


CALLS: dict[Kind, Call] = {
    "new_case": Call("有新的案件在排队"),
    "assigned": Call("有案件交给了您，请尽快回复本人"),
    "spoke": Call("您办理的案件有新消息"),
    "danger": Call("紧急：有人可能有人身危险，请马上看", timedelta(minutes=10)),
    "promise_near": Call("承诺的回复时间快到了"),
    "promise_broken": Call("有案件超过了承诺的回复时间", timedelta(hours=4)),
    "deadline": Call("您办理的案件有期限快到，请确认已看到", timedelta(days=2)),
    "deadline_unread": Call("有案件的期限快到，律师还没有确认"),
    "withdrawn": Call("您办理的案件被本人撤回"),
    "ended": Call("您办理的案件，本人结束了人工服务"),
    "reopened": Call("有案件被重新打开"),
    "person_gone": Call("您办理的案件，本人要求删除了个人信息"),
    "meeting": Call("您办理的案件约了见面，或改了时间"),
    "escalated": Call("有提醒没人确认，请主管查看"),
}


@dataclass(frozen=True)
class Alert:
    id: int
    case_id: str | None
    staff_id: str
    kind: Kind
    created_at: datetime
    acknowledged_at: datetime | None
    escalated_at: datetime | None

    @property
    def text(self) -> str:
        return CALLS[self.kind].text


@dataclass(frozen=True)
class Mail:
    """An alert to be mailed under a lease."""

    id: int
    kind: Kind
    address: str
    attempts: int

    @property
    def text(self) -> str:
        return CALLS[self.kind].text


_COLUMNS = (alerts.c.id, alerts.c.case_id, alerts.c.staff_id, alerts.c.kind, alerts.c.created_at,
            alerts.c.acknowledged_at, alerts.c.escalated_at)  # fmt: skip


def put(session: Session, staff_id: str, kind: Kind, key: str, *, case_id: str | None) -> bool:
    """Call one member. The same `key` calls the same person once: False when it did already."""
    unique = f"{key}:{staff_id}"
    if session.scalar(select(alerts.c.id).where(alerts.c.key == unique)) is not None:
        return False
    member = session.execute(select(staff.c.email, staff.c.person_id).where(staff.c.id == staff_id)).one()
    call = CALLS[kind]
    row = {
        "case_id": case_id,
        "staff_id": staff_id,
        "kind": kind,
        "key": unique,
        "settled_at": None if member.email else session.now,
        "escalate_at": session.now + call.escalate if call.escalate else None,
        "not_before": session.now,
        "created_at": session.now,
    }
    session.execute(insert(alerts), row)
    if member.person_id:
        body = {"text": f"【工作提醒】{call.text}。请到工作台查看。"}
        name = "alert:" + session.keys.lookup("alert", unique).hex()
        outbox.put(session, person_id=member.person_id, target=WECHAT, key=name, body=body, via="service")
    return True


def mail_due(session: Session) -> bool:
    """Whether `take_mail` would find something."""
    due = select(alerts.c.id).where(alerts.c.settled_at.is_(None), alerts.c.not_before <= session.now).limit(1)
    return session.scalar(due) is not None


def take_mail(session: Session, *, owner: str, seconds: float, limit: int = 20) -> list[Mail]:
    """Due ones, held by `owner`: mail outside the transaction, then `mailed` or `retry`. Who has no address any more needs none."""
    rows = leased.take(session, alerts, alerts.c.settled_at.is_(None), owner=owner, seconds=seconds, limit=limit)
    wanted = select(staff.c.id, staff.c.email).where(staff.c.id.in_([row.staff_id for row in rows]))
    addresses = {row.id: row.email for row in session.execute(wanted)} if rows else {}
    return [Mail(row.id, row.kind, addresses.get(row.staff_id) or "", row.attempts + 1) for row in rows]


def settle(session: Session, alert_id: int, *, owner: str, mailed: bool) -> bool:
    """Mailed, or given up: not tried again. False when the lease was lost."""
    values = {"settled_at": session.now, "mailed_at": session.now if mailed else None, "owner": None, "until": None}
    ours = (alerts.c.id == alert_id) & (alerts.c.owner == owner)
    return session.execute(update(alerts).where(ours).values(**values)).rowcount == 1


def retry(session: Session, alert_id: int, *, owner: str, wait: timedelta) -> bool:
    return leased.retry(session, alerts, alert_id, owner=owner, wait=wait)


def acknowledge(session: Session, alert_id: int, staff_id: str) -> bool:
    """Seen by the one it is for. False when it is another's or seen before."""
    mine = (alerts.c.id == alert_id) & (alerts.c.staff_id == staff_id) & alerts.c.acknowledged_at.is_(None)
    return session.execute(update(alerts).where(mine).values(acknowledged_at=session.now)).rowcount == 1


def acknowledge_case(session: Session, case_id: str, staff_id: str) -> None:
    """Whoever looks at the case has seen what called them there; a deadline is acknowledged by itself alone."""
    _acknowledge(session, case_id, staff_id, alerts.c.kind != "deadline")


def acknowledge_kind(session: Session, case_id: str, staff_id: str, kind: Kind) -> None:
    """This kind of alert of the case is seen by the one it is for."""
    _acknowledge(session, case_id, staff_id, alerts.c.kind == kind)


def unacknowledged(session: Session, staff_id: str, limit: int = 100) -> list[Alert]:
    """Newest first."""
    mine = (alerts.c.staff_id == staff_id) & alerts.c.acknowledged_at.is_(None)
    return _alerts(session, select(*_COLUMNS).where(mine).order_by(alerts.c.id.desc()).limit(limit))


def of_case(session: Session, case_id: str) -> list[Alert]:
    return _alerts(session, select(*_COLUMNS).where(alerts.c.case_id == case_id).order_by(alerts.c.id.desc()))


def overdue(session: Session, limit: int = 100) -> list[Alert]:
    """Those nobody acknowledged in time."""
    late = (alerts.c.escalate_at <= session.now) & alerts.c.acknowledged_at.is_(None) & alerts.c.escalated_at.is_(None)
    return _alerts(session, select(*_COLUMNS).where(late).order_by(alerts.c.id).limit(limit).with_for_update())


def escalated(session: Session, ids: list[int]) -> None:
    session.execute(update(alerts).where(alerts.c.id.in_(ids)).values(escalated_at=session.now))


def _acknowledge(session: Session, case_id: str, staff_id: str, which: ColumnElement[bool]) -> None:
    mine = (alerts.c.case_id == case_id) & (alerts.c.staff_id == staff_id) & alerts.c.acknowledged_at.is_(None)
    session.execute(update(alerts).where(mine, which).values(acknowledged_at=session.now))


def _alerts(session: Session, statement: Any) -> list[Alert]:
    rows: Any = session.execute(statement)
    return [Alert(*row) for row in rows]
