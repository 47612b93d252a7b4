"""One move of a case: may it (`check_status`), and doing it (`set_status`) with event, audit, ownership of the word, notice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, update

from cases import conversations, events, matters
from cases.database import Session
from cases.errors import StaleCaseError, WrongStatusError
from cases.matters import Case
from cases.schema import conversations as conversation_table
from cases.status import BOT_SPEAKS, LABELS, LIVE, MOVES, SILENT, MoveName, Mover, Status
from service.casework import meetings, notices
from service.casework.speaking import say_card


def check_status(case: Case, name: MoveName, by: Mover) -> None:
    """Raises WrongStatusError when the table has no such move from where the case is."""
    move = MOVES[name]
    if case.merged_into:
        raise WrongStatusError("这个案件已并入另一个案件，请在那一个里办。")
    if case.status not in move.sources or by not in move.by:
        raise WrongStatusError(f"案件现在是“{LABELS[case.status]}”，不能“{events.LABELS[name]}”。")


def set_status(
    session: Session,
    case: Case,
    name: MoveName,
    *,
    by: Mover,
    actor: str,
    version: int | None = None,
    reason: str | None = None,
    staff_id: str | None = None,
    **values: Any,
) -> Case:
    """Move a case that is held. `values`: columns that change with it. Raises WrongStatusError, StaleCaseError."""
    version = case.version if version is None else version
    if version != case.version:
        raise StaleCaseError
    check_status(case, name, by)
    target = MOVES[name].target
    moved = matters.change(session, case, version, status=target, **(_moments(session, target) | values))
    events.record(session, case.id, name, actor=actor, change=(case.status, target), staff_id=staff_id, reason=reason)
    moved = _word(session, moved, before=case.status)
    notice = MOVES[name].notice
    if notice:
        code = matters.sealed(session, case.id).code
        say_card(session, moved, notices.card(notice, code, case.id), key=f"case:{case.id}:{moved.version}")
    if target in ("closed", "withdrawn"):
        meetings.end_with_case(session, moved)
    return moved


def _moments(session: Session, target: Status) -> dict[str, Any]:
    """What the new status says about the clocks."""
    never: dict[str, Any] = {"promise_due_at": None, "waiting_until": None, "warned_at": None}
    match target:
        case "queued":
            return {
                "queued_at": session.now,
                "owner_id": None,
                "second_id": None,
                "waiting_until": None,
                "warned_at": None,
            }
        case "assigned":
            return {"assigned_at": session.now, "warned_at": None}
        case "active":
            return {"waiting_until": None, "promise_due_at": None, "resolved_at": None}
        case "resolved":
            return never | {"resolved_at": session.now}
        case "closed" | "withdrawn":
            return never | {"closed_at": session.now}
        case _:
            return {}


def _word(session: Session, case: Case, *, before: Status) -> Case:
    """Who speaks now: a lawyer silences the bot in all conversations of the case; the bot returns in fresh ones."""
    if (before in SILENT) == (case.status in SILENT) and (before in LIVE) == (case.status in LIVE):
        return case
    spoken: ColumnElement[bool] = (conversation_table.c.case_id == case.id) & (conversation_table.c.status == "open")
    if case.status in SILENT:
        if case.person_id and before not in LIVE:  # taken up again: where no other lawyer speaks, they speak of it
            spoken = _with_bot(case)
        session.execute(update(conversation_table).where(spoken).values(owner="lawyer", case_id=case.id))
        return case
    if case.status not in BOT_SPEAKS or case.person_id is None:
        return case
    if before not in LIVE:  # back in the queue: where the person is now, they speak of it
        session.execute(update(conversation_table).where(_with_bot(case)).values(case_id=case.id))
        return _at_home(session, case)
    channels = list(session.execute(select(conversation_table.c.channel).where(spoken).distinct()).scalars())
    if before in SILENT:
        for channel in channels:
            conversations.open_new(session, person_id=case.person_id, channel=channel)
    elif case.status not in LIVE:  # out of the queue: the bot goes on in the same conversation
        session.execute(update(conversation_table).where(spoken).values(case_id=None))
    return _at_home(session, case)


def _with_bot(case: Case) -> ColumnElement[bool]:
    """The person's open conversations in which the bot has the word."""
    of_person = conversation_table.c.person_id == case.person_id
    return of_person & (conversation_table.c.status == "open") & (conversation_table.c.owner == "bot")


def _at_home(session: Session, case: Case) -> Case:
    """Notices go where the person is: the open conversation on the channel they spoke on last."""
    channel = session.scalar(
        select(conversation_table.c.channel).where(conversation_table.c.id == case.conversation_id)
    )
    here = conversations.find_current(session, person_id=case.person_id or "", channel=channel or "")
    if here and here.id != case.conversation_id:
        matters.touch(session, case.id, conversation_id=here.id)
        return matters.get(session, case.id)
    return case
