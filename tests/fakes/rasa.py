"""A hand-made Rasa channel, faithful to docs/contracts.md, and a page that talks to the bot.

`FakeRasa` is an ASGI application: in process behind `transport()`, or on a real port under uvicorn (the micro-measure).
Like the real thing it stores cards in `cases` before it answers, runs a message id once, and answers 503 on failure.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from anyio import to_thread

from bot.app import create_app
from bot.services import Services
from cases import cards
from cases.conversations import ConversationGoneError
from cases.database import Database
from settings import Settings
from settings.clock import FixedClock
from tests.fakes.empty import empty_database

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PATH = "/webhooks/xiaofa"


def card(conclusion: str, *, kind: str = "answer", choices: list[tuple[str, str, str]] | None = None) -> dict[str, Any]:
    parts = [{"id": i, "label": label, "payload": payload} for i, label, payload in choices or []]
    return {"schema_version": 1, "kind": kind, "conclusion": conclusion, "choices": parts}


@dataclass
class FakeRasa:
    """`down`: connections are refused. `fail`: 503. `slow`: the client's time-out strikes after the turn ran. `gate`:
    turns wait for it. `runs`: (sender, text) of each turn that really ran, `trackers`: senders with a tracker."""

    database: Database
    secret: str
    down: bool = False
    fail: bool = False
    slow: bool = False
    replies: list[dict[str, Any]] | None = None
    gate: asyncio.Event | None = None
    runs: list[tuple[str, str]] = field(default_factory=list)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    trackers: set[str] = field(default_factory=set)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    next_card: dict[str, Any] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        status, body = await self._answer(scope, receive)
        content = b"" if body is None else json.dumps(body).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: dict[str, Any], receive: Any) -> tuple[int, dict[str, Any] | None]:
        if dict(scope["headers"]).get(b"x-xiaofa-secret", b"").decode() != self.secret:
            return 401, {"error": "secret"}
        path = scope["path"].removeprefix(PATH)
        if path == "/health":
            return 200, {"status": "ok"}
        if scope["method"] == "DELETE":
            self.trackers.discard(path.removeprefix("/conversations/"))
            return 204, None
        message = await receive()
        if message["type"] == "http.disconnect":  # the bot died
            return 400, None
        request = json.loads(message["body"])
        if not {"sender", "message_id", "text", "sent_at"} <= set(request):
            return 400, {"error": "malformed"}
        self.started.set()
        if self.gate:
            await self.gate.wait()
        if self.fail:
            return 503, {"error": "action_failed"}
        known = self.results.get(request["message_id"])
        if known is None:
            try:
                known = await self._run(request)
            except ConversationGoneError:
                return 503, {"error": "action_failed"}
            self.results[request["message_id"]] = known
        return 200, known

    async def _run(self, request: dict[str, str]) -> dict[str, Any]:
        sender, message_id, text = request["sender"], request["message_id"], request["text"]
        replies = self.replies
        if replies is None:
            body = self.next_card or card(f"回答：{text}"[:120])
            replies = [{"card_id": await to_thread.run_sync(self._save, sender, message_id, body)}]
        self.runs.append((sender, text))
        self.trackers.add(sender)
        return {"message_id": message_id, "intent": "legal_question", "confidence": 0.9, "replies": replies}

    def _save(self, sender: str, message_id: str, body: dict[str, Any]) -> str:
        with self.database.write() as session:
            return cards.save_card(
                session, conversation_id=sender, message_id=message_id, action="action_answer_question", body=body
            )

    def transport(self) -> httpx.AsyncBaseTransport:
        return _Transport(self)


class _Transport(httpx.AsyncBaseTransport):
    def __init__(self, rasa: FakeRasa) -> None:
        self._rasa = rasa
        self._inner = httpx.ASGITransport(rasa)  # type: ignore[arg-type]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._rasa.down:
            raise httpx.ConnectError("refused")
        response = await self._inner.handle_async_request(request)
        if self._rasa.slow and request.url.path.endswith("/messages"):
            raise httpx.ReadTimeout("slow")
        return response


def no_actions(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


@dataclass
class Bot:
    """One bot process in a test: its application, parts, and clock."""

    app: Any
    services: Services
    rasa: FakeRasa
    clock: FixedClock

    def page(self, cookies: dict[str, str] | None = None, **headers: str) -> Page:
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 40000))
        return Page(httpx.AsyncClient(transport=transport, base_url="http://bot", cookies=cookies, headers=headers))


@asynccontextmanager
async def running_bot(
    folder: Path,
    *,
    rasa: FakeRasa | None = None,
    clock: FixedClock | None = None,
    actions: Any = None,
    wechat: httpx.AsyncBaseTransport | None = None,
    **options: Any,
) -> AsyncIterator[Bot]:
    """A bot on a database in `folder`; give the same folder (and rasa, clock) again for a second process beside it.
    `wechat`: WeChat's API."""
    settings = Settings(data_dir=folder, **{"rate_per_minute": 10_000, **options})
    clock = clock or FixedClock(START)
    if rasa is None:
        rasa = FakeRasa(
            Database(settings.database, secrets=settings.secrets, clock=clock), settings.secrets.channel_secret
        )
    if not (folder / "xiaofa.db").exists() and not settings.database_url:
        empty_database(folder / "xiaofa.db")
    app = create_app(
        settings,
        clock,
        rasa_transport=rasa.transport(),
        actions_transport=httpx.MockTransport(actions or no_actions),
        wechat_transport=wechat,
    )
    async with app.router.lifespan_context(app):
        yield Bot(app, app.state.services, rasa, clock)
    rasa.database.close()


class Page:
    """What the chat page does, without a browser."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.csrf = ""

    async def start(self, *, consent: bool = True) -> dict[str, Any]:
        session = (await self.http.post("/api/session")).json()
        self.csrf = session["csrf"]
        if consent:
            assert (await self.post("/api/consent", {"agreed": True})).status_code == 200
        return session

    async def post(self, path: str, body: Any) -> httpx.Response:
        return await self.http.post(path, json=body, headers={"X-CSRF-Token": self.csrf})

    async def send(self, text: str, client_id: str | None = None) -> httpx.Response:
        return await self.post("/api/messages", {"text": text, "client_id": client_id or str(uuid.uuid4())})

    async def say(self, text: str) -> dict[str, Any]:
        response = await self.send(text)
        assert response.status_code == 200, response.text
        return response.json()

    async def choose(self, card_id: str, choice: str) -> httpx.Response:
        body = {"choice": choice, "card": card_id, "client_id": str(uuid.uuid4())}
        return await self.post("/api/messages", body)

    async def history(self, after: int = 0) -> list[dict[str, Any]]:
        return (await self.http.get(f"/api/messages?after={after}")).json()["messages"]

    async def forget(self) -> httpx.Response:
        return await self.http.delete("/api/me", headers={"X-CSRF-Token": self.csrf})
