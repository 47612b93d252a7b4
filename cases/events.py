"""What happened to a case, in order: shown on the case page, and audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import insert, select

from cases import audit
from cases.database import Session
from cases.schema import case_events
from cases.status import MoveName, Status

Other = Literal[
    "transfer", "second", "override", "absorb", "note", "attach", "deadline_added", "deadline_acknowledged",
    "deadline_done", "danger", "rated", "person_gone",
    "meeting_booked", "meeting_moved", "meeting_cancelled", "undelivered",
]  # fmt: skip
EventKind = Literal[MoveName, Other]
EVENT_KINDS: tuple[EventKind, ...] = (*get_args(MoveName), *get_args(Other))
LABELS: dict[EventKind, str] = {
    "open": "转入律师队列",
    "claim": "律师接手",
    "assign": "指派律师",
    "reply": "律师回复",
    "wait": "等本人回复",
    "speak": "本人回复了",
    "release": "退回队列",
    "lapse": "超过承诺时间，回到队列",
    "expire": "久无消息，先办结",
    "resolve": "办结",
    "end": "本人结束人工服务",
    "close": "关闭",
    "expire_resolved": "办结后久无消息，关闭",
    "reopen": "重新打开",
    "resume": "继续办理",
    "withdraw": "本人撤回",
    "merge": "并入另一案件",
    "transfer": "转交",
    "second": "设第二律师",
    "override": "主管放行利益冲突",
    "absorb": "并入了重复的案件",
    "note": "写了内部备注",
    "attach": "添加附件",
    "deadline_added": "登记期限",
    "deadline_acknowledged": "确认期限",
    "deadline_done": "期限已办",
    "danger": "出现人身危险信号",
    "rated": "本人评价",
    "person_gone": "本人要求删除个人信息",
    "meeting_booked": "约好见面",
    "meeting_moved": "改了见面时间",
    "meeting_cancelled": "取消见面",
    "undelivered": "一条回复可能没送到本人，请再联系",
}


@dataclass(frozen=True)
class Event:
    """`actor`: system, person, or an id of the staff; `staff_id`: whom it concerns."""

    kind: EventKind
    from_status: Status | None
    to_status: Status | None
    actor: str
    staff_id: str | None
    reason: str | None
    at: datetime


def record(
    session: Session,
    case_id: str,
    kind: EventKind,
    *,
    actor: str,
    change: tuple[Status | None, Status] | None = None,
    staff_id: str | None = None,
    reason: str | None = None,
) -> None:
    """Keep it with the case, and, without the reason's words, in the audit log that outlives the case."""
    before, after = change or (None, None)
    row: dict[str, Any] = {"case_id": case_id, "kind": kind, "from_status": before, "to_status": after, "actor": actor,
                           "staff_id": staff_id, "reason": reason, "created_at": session.now}  # fmt: skip
    session.execute(insert(case_events), row)
    details = {"event": kind, "from": before, "to": after, "staff": staff_id}
    audit.record(session, "case_event", actor=actor, subject=case_id, details={k: v for k, v in details.items() if v})


def of_case(session: Session, case_id: str) -> list[Event]:
    """Oldest first."""
    columns = case_events.c
    rows: Any = session.execute(
        select(columns.kind, columns.from_status, columns.to_status, columns.actor, columns.staff_id, columns.reason,
               columns.created_at)
        .where(columns.case_id == case_id)
        .order_by(columns.id)
    )  # fmt: skip
    return [Event(*row) for row in rows]


def overridden(session: Session, case_id: str, staff_id: str) -> bool:
    """Whether a supervisor let this member take the case in spite of a conflict."""
    let = (case_events.c.case_id == case_id) & (case_events.c.kind == "override") & (case_events.c.staff_id == staff_id)
    return session.scalar(select(case_events.c.id).where(let).limit(1)) is not None
