"""When a messenger lets us write first. WeChat: five messages within 48 hours after a person's own, three within a minute
after a menu click, a follow or a scan. One of the five is kept for a lawyer's words."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from sqlalchemy import bindparam, delete, insert, select, update

from cases.database import Session
from cases.schema import windows

Trigger = Literal["message", "menu", "follow", "scan"]
LIMITS: dict[Trigger, tuple[int, timedelta]] = {
    "message": (5, timedelta(hours=48)),
    "menu": (3, timedelta(minutes=1)),
    "follow": (3, timedelta(minutes=1)),
    "scan": (3, timedelta(minutes=1)),
}
KEPT_FOR_LAWYER = 1
NOTICE = "notice"  # a notice went out and the person has not been here since


_STAMPS = select(windows.c.trigger, windows.c.stamp).where(windows.c.person_id == bindparam("person_id"))
_REOPEN = (
    update(windows)
    .where(windows.c.person_id == bindparam("person"), windows.c.trigger == bindparam("which"))
    .values(stamp=bindparam("to"), used=0, opened_at=bindparam("now"))
)


def open_window(session: Session, person_id: str, trigger: Trigger, stamp: int) -> None:
    """The person did something: that window begins anew. `stamp`: when, by the messenger's clock; the same or an older
    one is a copy and opens nothing. The caller holds the person."""
    known = {row.trigger: row.stamp for row in session.execute(_STAMPS, {"person_id": person_id})}
    if trigger not in known:
        row = {"person_id": person_id, "trigger": trigger, "stamp": stamp, "used": 0, "opened_at": session.now}
        session.execute(insert(windows), row)
    elif stamp > known[trigger]:
        session.execute(_REOPEN, {"person": person_id, "which": trigger, "to": stamp, "now": session.now})
    if NOTICE in known:
        session.execute(delete(windows).where(windows.c.person_id == person_id, windows.c.trigger == NOTICE))


def spend(session: Session, person_id: str, *, lawyer: bool = False) -> Trigger | None:
    """One message out of an open window, the shortest first; None when none may be sent. Only a lawyer may take the
    last one after a message."""
    rows = session.execute(select(windows).where(windows.c.person_id == person_id).with_for_update()).all()
    open_: list[tuple[timedelta, Trigger]] = []
    for row in rows:
        if row.trigger not in LIMITS:
            continue
        sends, length = LIMITS[row.trigger]
        if row.trigger == "message" and not lawyer:
            sends -= KEPT_FOR_LAWYER
        left = row.opened_at + length - session.now
        if left > timedelta(0) and row.used < sends:
            open_.append((left, row.trigger))
    if not open_:
        return None
    trigger = min(open_)[1]
    _count(session, person_id, trigger, 1)
    return trigger


def refund(session: Session, person_id: str, trigger: Trigger) -> None:
    """It did not go out after all."""
    _count(session, person_id, trigger, -1)


def close(session: Session, person_id: str) -> None:
    """The messenger says that nothing more may be sent, whatever we counted."""
    session.execute(delete(windows).where(windows.c.person_id == person_id, windows.c.trigger != NOTICE))


def notice_once(session: Session, person_id: str) -> bool:
    """True the first time since the person was last here: then a notice may go out."""
    here = (windows.c.person_id == person_id) & (windows.c.trigger == NOTICE)
    if session.scalar(select(windows.c.stamp).where(here)) is not None:
        return False
    row = {"person_id": person_id, "trigger": NOTICE, "stamp": 0, "used": 0, "opened_at": session.now}
    session.execute(insert(windows), row)
    return True


def notice_failed(session: Session, person_id: str) -> None:
    """It did not go out: the next one may."""
    session.execute(delete(windows).where(windows.c.person_id == person_id, windows.c.trigger == NOTICE))


def _count(session: Session, person_id: str, trigger: Trigger, step: int) -> None:
    here = (windows.c.person_id == person_id) & (windows.c.trigger == trigger)
    session.execute(update(windows).where(here).values(used=windows.c.used + step))
