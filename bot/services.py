"""What the parts of the bot share, built once in `bot.app`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import Request

from bot.actions_client import ActionsClient
from bot.errors import ApiError
from bot.limits import ADDRESS_FACTOR, Buckets
from bot.pages import Pages
from bot.rasa_client import RasaClient
from bot.router import Router
from bot.sessions import COOKIE, CSRF_HEADER, Sessions
from bot.telemetry import Metrics
from cases.database import Database
from service.addresses import client_address
from settings import Settings
from settings.clock import Clock

POLL_FACTOR = 4  # reading is cheap, and a page that waits reads often


@dataclass
class Services:
    settings: Settings
    clock: Clock
    database: Database
    rasa: RasaClient
    actions: ActionsClient
    router: Router
    metrics: Metrics
    pages: Pages
    sessions: Sessions

    def __post_init__(self) -> None:
        rate = self.settings.rate_per_minute
        self._writing = Buckets(rate, self.clock)
        self._reading = Buckets(rate * POLL_FACTOR, self.clock)
        self._addresses = Buckets(rate * POLL_FACTOR * ADDRESS_FACTOR, self.clock)
        self._newcomers = Buckets(rate, self.clock)

    def address(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        return client_address(peer, request.headers.get("x-forwarded-for"), self.settings.trusted_proxies)

    def visitor(self, request: Request, *, writes: bool) -> str:
        """The session id of this request, within its limits and, when it `writes`, with its CSRF token.

        Raises ApiError: 403 session_required or csrf, 429 too_fast.
        """
        self.within(self._addresses, self.address(request))
        session_id = self.sessions.read(request.cookies.get(COOKIE))
        if session_id is None:
            raise ApiError(403, "session_required")
        if writes and not self.sessions.csrf_fits(session_id, request.headers.get(CSRF_HEADER)):
            raise ApiError(403, "csrf")
        self.within(self._writing if writes else self._reading, session_id)
        return session_id

    def anyone(self, request: Request, *, new: bool = False) -> None:
        """Limits for requests that need no session; `new`: one that would make a session."""
        self.within(self._newcomers if new else self._addresses, self.address(request))

    def within(self, buckets: Buckets, key: str) -> None:
        wait = buckets.take(key)
        if wait:
            self.metrics.limited.inc()
            raise ApiError(429, "too_fast", retry_after=wait)


def services(request: Request) -> Services:
    return cast(Services, request.app.state.services)
