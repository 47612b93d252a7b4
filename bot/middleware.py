"""Around every request: an id, a size limit, security headers, a count, and a net under every exception.

Plain ASGI: the framework's base class for middleware costs more than our whole database work.
"""

from __future__ import annotations

import secrets
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import errors
from bot.telemetry import Metrics, where

BODY_LIMIT = 64 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
]
TRANSPORT_SECURITY = (b"strict-transport-security", b"max-age=31536000")
READING = {"GET", "HEAD", "OPTIONS"}

log = structlog.get_logger("bot.http")


class Guard:
    def __init__(self, app: ASGIApp, metrics: Metrics, *, https: bool = False) -> None:
        self._app = app
        self._metrics = metrics
        self._headers = [*HEADERS, TRANSPORT_SECURITY] if https else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status = 0

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                extra = [*self._headers, (b"x-request-id", request_id.encode())]
                given = {name for name, _ in message["headers"]}
                if b"cache-control" not in given:
                    extra.append((b"cache-control", b"no-store"))
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        try:
            body = await _limited(scope, receive)
            if body is None:
                await errors.response(413, "too_large", request_id)(scope, receive, guarded)
            else:
                await self._app(scope, body, guarded)
        except Exception as error:  # noqa: BLE001 whatever it is: its text must reach neither the log nor the person
            log.error("request_broken", request_id=request_id, error=type(error).__name__, where=where(error))
            if not status:
                await errors.response(500, "internal", request_id)(scope, receive, guarded)
        route = scope.get("route")
        path = getattr(route, "path", "other")
        self._metrics.requests.labels(path, str(status)).inc()
        log.info(
            "request",
            request_id=request_id,
            method=scope["method"],
            path=path,  # the template: an address may hold an id
            status=status,
            seconds=round(time.perf_counter() - started, 4),
        )


async def _limited(scope: Scope, receive: Receive) -> Receive | None:
    """A `receive` whose body is within the limit, or None. The server holds a client to the length it declared; a body
    without one is read here first."""
    if scope["method"] in READING:
        return receive
    headers = dict(scope["headers"])
    declared = headers.get(b"content-length")
    if declared is not None:
        return receive if declared.isdigit() and int(declared) <= BODY_LIMIT else None
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        if len(body) > BODY_LIMIT:
            return None
        more = message.get("more_body", False)
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
