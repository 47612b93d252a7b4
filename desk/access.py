"""Who may open which page. One table; every page and every event of a page asks again."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from cases import staff_sessions
from cases.database import Database
from cases.staff_sessions import SignedIn

COOKIE = "xd_session"
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


def signed_in(database: Database, hash_: str | None, *, in_use: bool = True) -> SignedIn | None:
    """Who this session is, now. `in_use`: a person did something (a refresh by itself keeps no session alive)."""
    if hash_ is None:
        return None
    with database.read() as session:
        found = staff_sessions.find(session, hash_)
        late = in_use and found is not None and staff_sessions.stale(session, hash_)
    if late:
        with database.write() as session:
            staff_sessions.touch(session, hash_)
    return found
