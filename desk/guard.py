"""In front of everything: security headers; nobody without a session gets past the door, by page or by socket; a socket
serves only the page its own browser session opened."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import nicegui
from anyio import to_thread
from nicegui import Client
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.access import WHO, signed_in, token_hash
from desk.runtime import get_runtime

OPEN = ("/sign-in", "/healthz", "/static/", f"/_nicegui/{nicegui.__version__}/", "/favicon.ico")
SOCKET = "/_nicegui_ws/"
UPLOAD = "/_nicegui/client/"  # a file sent to an open page
BODY_LIMIT = 64 * 1024  # of everything else
# NiceGUI's page starts by an inline script and compiles its templates in the browser: it cannot run under less.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
]
TRANSPORT_SECURITY = (b"strict-transport-security", b"max-age=31536000")


class Guard:
    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app = app
        self._headers = [*HEADERS, TRANSPORT_SECURITY] if https else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        path: str = scope["path"]
        inner = send if scope["type"] == "websocket" else self._with_headers(send, path)
        if _too_big(connection):
            await PlainTextResponse("内容太大，没有收下", status_code=413)(scope, receive, inner)
            return
        if path.startswith(OPEN):
            await self._app(scope, receive, inner)
            return
        hash_ = token_hash(connection)
        who = await to_thread.run_sync(lambda: signed_in(get_runtime().database, hash_))
        if who is None:
            await _turn_away(scope, receive, inner)
        elif path.startswith((SOCKET, UPLOAD)) and not (_same_origin(connection) and _own_page(connection, hash_)):
            await _refuse(scope, receive, inner)
        else:
            scope[WHO] = who
            await self._app(scope, receive, inner)

    def _with_headers(self, send: Send, path: str) -> Send:
        began = time.perf_counter()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                extra = [row for row in self._headers if row[0] not in given]
                if not path.startswith(("/static/", "/_nicegui/")):
                    extra.append((b"cache-control", b"no-store"))
                    extra.append((b"server-timing", b"desk;dur=%.1f" % ((time.perf_counter() - began) * 1000)))
                    message["headers"] = [row for row in message["headers"] if row[0].lower() != b"cache-control"]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        return guarded


def same_origin(origin: str | None, host: str | None) -> bool:
    """Whether a request was sent by one of our own pages: browsers name the origin of every POST and every socket."""
    return bool(origin and host) and urlsplit(origin or "").netloc == host


def _same_origin(connection: HTTPConnection) -> bool:
    origin = connection.headers.get("origin")
    if origin is None and connection.scope["type"] == "http" and connection.scope["method"] == "GET":
        return connection.headers.get("sec-fetch-site") in (None, "same-origin")
    return same_origin(origin, connection.headers.get("host"))


def _own_page(connection: HTTPConnection, hash_: str | None) -> bool:
    """The page named by the socket, or by the address of an upload, was opened by the same session."""
    path = connection.scope["path"]
    if path.startswith(UPLOAD):
        ids = [path.removeprefix(UPLOAD).split("/")[0]]
    else:
        ids = parse_qs(connection.scope["query_string"].decode("latin-1")).get("client_id", [])
    client = Client.instances.get(ids[0]) if ids else None
    if client is None:
        return bool(ids)  # gone after a restart: NiceGUI tells the browser to load anew
    return client.request is not None and token_hash(client.request) == hash_


def _too_big(connection: HTTPConnection) -> bool:
    """More than may be sent, or a body that does not say how long it is (the server holds it to what it says)."""
    if connection.scope["type"] != "http" or connection.scope["method"] in ("GET", "HEAD"):
        return False
    path, declared = connection.scope["path"], connection.headers.get("content-length", "")
    if path.startswith(SOCKET):
        return False  # the library has a limit of its own
    limit = BODY_LIMIT + (get_runtime().settings.max_attachment if path.startswith(UPLOAD) else 0)
    return not declared.isdigit() or int(declared) > limit


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    if (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and not scope["path"].startswith(("/_nicegui", "/attachments"))
    ):
        await RedirectResponse("/sign-in", status_code=303)(scope, receive, send)
    else:
        await _refuse(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4401})
    else:
        await PlainTextResponse("请先登录", status_code=401)(scope, receive, send)
