"""One open page of one member of staff. Whatever happens on it, the session and the role are asked for again first: a
page opened before sign-out, a change of role or the end of an account can do nothing."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from anyio import to_thread
from fastapi import Request
from nicegui import Client, ui
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import HTMLResponse, Response

from cases import staff
from cases.database import Database, Session
from cases.permissions import PERMISSIONS, Action
from cases.staff import Staff
from cases.staff_sessions import SignedIn
from desk.access import WHO, may_open, signed_in
from desk.refusals import REFUSALS
from desk.runtime import Runtime, get_runtime

log = structlog.get_logger("desk")
T = TypeVar("T")
Build = Callable[["View"], Awaitable[None]]
FORBIDDEN = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>没有权限</title><link rel="stylesheet" href="/static/desk.css"><body class="door"><main class="door__in">
<h1>{title}</h1><p>{why}</p><p><a href="/sign-in">回到我的工作</a></p></main></body></html>"""


class SignedOutError(Exception):
    """The session is over, or the role no longer opens this page."""


class View:
    """`who` is fresh after `again()`; `params` are the parts of the address; `runtime` is shared."""

    def __init__(self, runtime: Runtime, who: SignedIn, path: str, request: Request) -> None:
        self.runtime, self.who, self.path = runtime, who, path
        self.params = dict(request.path_params)
        self.query = dict(request.query_params)
        self.client: Client = ui.context.client

    @property
    def database(self) -> Database:
        return self.runtime.database

    def again(self, *, in_use: bool = True) -> SignedIn:
        """Who this is, asked anew. Raises SignedOutError."""
        found = signed_in(self.database, self.who.token_hash)
        if found is None or not may_open(found.role, self.path):
            raise SignedOutError
        if in_use:
            self.runtime.in_use.note(found)
        self.who = found
        return found

    def actor(self, session: Session) -> Staff:
        """Who acts, as the rooms behind want it. Raises SignedOutError when the account is gone or shut."""
        found = staff.get(session, self.who.staff_id)
        if found is None or not found.active:
            raise SignedOutError
        return found

    def may(self, action: Action) -> bool:
        """Whether the role may do it at all; on one case, ask `cases.permissions.allowed` with the case."""
        return PERMISSIONS[self.who.role].get(action) is not None  # type: ignore[index]

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a snapshot, outside the event loop."""

        def run() -> T:
            with self.database.read() as session:
                return work(session)

        return await to_thread.run_sync(run)

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction, outside the event loop."""

        def run() -> T:
            with self.database.write() as session:
                return work(session)

        return await to_thread.run_sync(run)

    def on(self, handler: Callable[..., Any]) -> Callable[..., Awaitable[None]]:
        """A handler for events: asks who this is, runs it, and says in words what was refused. It runs in the page, not in the
        element that was clicked: that one may be drawn anew meanwhile."""

        @functools.wraps(handler)  # NiceGUI looks at the signature: who takes no event is given none
        async def guarded(*arguments: Any) -> None:
            try:
                await to_thread.run_sync(self.again)
                wanted = len(inspect.signature(handler).parameters)
                with self.client:
                    result = handler(*arguments[:wanted])
                    if inspect.isawaitable(result):
                        await result
            except SignedOutError:
                self.leave()
            except REFUSALS as refused:
                with self.client:
                    ui.notify(str(refused), type="negative", timeout=8000, close_button="知道了", multi_line=True)
            except SQLAlchemyError as error:
                log.error("database", error=type(error).__name__)
                with self.client:
                    ui.notify("数据库暂时不可用，没有保存，请稍后再试", type="negative", timeout=8000)

        return guarded

    def once(self, handler: Callable[..., Any]) -> Callable[..., Awaitable[None]]:
        """As `on`, for what is written: a second click while the first is being carried out does nothing."""
        guarded, running = self.on(handler), False

        @functools.wraps(handler)
        async def single(*arguments: Any) -> None:
            nonlocal running
            if running:
                return
            running = True
            try:
                await guarded(*arguments)
            finally:
                running = False

        return single

    def live(self, refresh: Callable[[], Awaitable[None]]) -> None:
        """Call `refresh` whenever the database changed, as long as the page is open and its session lives."""

        async def heard() -> None:
            if not self.client.has_socket_connection:
                return
            try:
                await to_thread.run_sync(lambda: self.again(in_use=False))
            except SignedOutError:
                self.leave()
                return
            with self.client:
                await refresh()

        stop = self.runtime.pulse.listen(heard)
        self.client.on_delete(stop)

    def leave(self) -> None:
        """Show nothing any more: off to the door."""
        with self.client:
            self.client.content.clear()
            ui.navigate.to("/sign-in")


def page(path: str, title: str) -> Callable[[Build], Build]:
    """Register a page of the desk; `path` must be in `access.DOORS`."""

    def register(build: Build) -> Build:
        may_open("", path)

        @ui.page(path, title=f"{title} · 龙华小法", response_timeout=60.0, reconnect_timeout=20.0)
        async def opened(request: Request) -> Response | None:
            runtime = get_runtime()
            who: SignedIn = request.scope[WHO]
            runtime.in_use.note(who)
            if not may_open(who.role, path):
                return HTMLResponse(FORBIDDEN.format(title="没有权限", why="这一页不归您的角色。"), status_code=403)
            try:
                await build(View(runtime, who, path, request))
            except REFUSALS:
                return HTMLResponse(
                    FORBIDDEN.format(title="看不到这一页", why="没有这个案件，或者它不归您看。"), status_code=404
                )
            return None

        return build

    return register
