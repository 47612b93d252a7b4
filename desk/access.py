"""Who may open which page. One table; every page and every event of a page asks again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog
from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection

from cases import staff_sessions
from cases.database import Database
from cases.staff_sessions import SignedIn

COOKIE = "xd_session"
WHO = "xiaofa.who"  # the request's scope carries under this name who asks
EVERY = 5.0  # seconds between two notes of which sessions are in use
log = structlog.get_logger("desk.access")
CASEWORK = frozenset({"lawyer", "supervisor"})
WRITING = frozenset({"lawyer", "supervisor", "editor"})
KEEPING = frozenset({"editor", "supervisor", "administrator"})
EVERYONE = frozenset({"lawyer", "supervisor", "editor", "administrator"})


@dataclass(frozen=True)
class Door:
    """A page: path, name in the navigation (empty: not shown there), icon, and the roles that may open it."""

    path: str
    label: str
    icon: str
    roles: frozenset[str]
    key: str = ""  # keyboard: g, then this


DOORS = (
    Door("/", "案件", "inbox", CASEWORK, "q"),
    Door("/cases/{case_id}", "", "", CASEWORK),
    Door("/code", "编号", "pin", CASEWORK, "f"),
    Door("/alerts", "提醒", "notifications", CASEWORK, "a"),
    Door("/board", "总览", "insights", frozenset({"supervisor"}), "b"),
    Door("/monthly", "月报", "summarize", frozenset({"supervisor"}), "m"),
    Door("/monthly.xlsx", "", "", frozenset({"supervisor"})),
    Door("/monthly.pdf", "", "", frozenset({"supervisor"})),
    Door("/duty", "值班", "calendar_month", frozenset({"supervisor", "administrator"}), "d"),
    Door("/board.csv", "", "", frozenset({"supervisor"})),
    Door("/groups/{case_id}.{kind}", "", "", CASEWORK),
    Door("/attachments/{attachment_id}", "", "", CASEWORK),
    Door("/people/{case_id}.zip", "", "", frozenset({"supervisor"})),
    Door("/editor", "内容", "edit_note", WRITING, "e"),
    Door("/editor/drafts/{draft_id}", "", "", WRITING),
    Door("/appointments", "预约", "event_available", CASEWORK | {"administrator"}, "t"),
    Door("/places", "服务点", "place", KEEPING, "p"),
    Door("/places/{place_id}", "", "", KEEPING),
    Door("/law-watch", "法律变动", "gavel", frozenset({"editor", "supervisor"}), "w"),
    Door("/lectures", "讲座", "campaign", frozenset({"supervisor", "editor"}), "l"),
    Door("/lectures.csv", "", "", frozenset({"supervisor", "editor"})),
    Door("/staff", "人员", "group", frozenset({"administrator"}), "s"),
    Door("/status", "运行", "dns", frozenset({"administrator", "supervisor"}), "r"),
    Door("/account", "", "", EVERYONE),
)
_ROLES = {door.path: door.roles for door in DOORS}
HOME = {"lawyer": "/", "supervisor": "/", "editor": "/editor", "administrator": "/staff"}


def may_open(role: str, path: str) -> bool:
    """Raises KeyError for a page that is not in the table: nothing opens by being forgotten."""
    return role in _ROLES[path]


def token_hash(connection: HTTPConnection) -> str | None:
    """What names the session of this request; None without a cookie."""
    token = connection.cookies.get(COOKIE)
    return staff_sessions.hash_of(token) if token else None


def signed_in(database: Database, hash_: str | None) -> SignedIn | None:
    """Who this session is, now."""
    if hash_ is None:
        return None
    with database.read() as session:
        return staff_sessions.find(session, hash_)


class InUse:
    """Notes which sessions are in use (a refresh by itself keeps none alive), written together every few seconds: who opens
    a page does not wait until the database takes a write. A crash forgets seconds of an hour."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: set[str] = set()

    def note(self, who: SignedIn) -> None:
        if who.stale(self._database.clock.now()):
            self._noted.add(who.token_hash)

    def write(self) -> None:
        """What was noted since. Raises sqlalchemy.exc.SQLAlchemyError and keeps it."""
        noted = set(self._noted)
        if noted:
            with self._database.write() as session:
                staff_sessions.touch(session, *noted)
            self._noted -= noted

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await to_thread.run_sync(self.write)
            except SQLAlchemyError as error:
                log.warning("sessions_in_use", error=type(error).__name__)
