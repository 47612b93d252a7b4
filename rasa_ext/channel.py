"""The one way into Rasa: HTTP for our bot alone (docs/contracts.md).

`POST /webhooks/xiaofa/messages`, `DELETE /webhooks/xiaofa/conversations/<sender>`, `GET /webhooks/xiaofa/health`.
Whoever holds the secret may send a payload (`/choose{…}`); the bot sees to it that a person's text never starts with `/` or `@`.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
from typing import Any, Awaitable, Callable, Dict, Optional, Text

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from rasa_ext import redaction, speed
from rasa_ext.keys import channel_secret
from rasa_ext.tracker_store import TrackerStoreError
from rasa_ext.turn import ActionFailed, NothingSaid, guarded_store
from rasa_ext.turns import Turns

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Xiaofa-Secret"
LONGEST_ID = 200

redaction.install()
speed.install()


class XiaofaChannel(InputChannel):
    """Authenticated, idempotent by message id, says when a turn failed, forgets a conversation when told to."""

    def __init__(self, secret: Text) -> None:
        self._secret = secret.encode()

    @classmethod
    def name(cls) -> Text:
        return "xiaofa"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> XiaofaChannel:
        return cls(channel_secret((credentials or {}).get("secret")))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """`on_new_message` is not used: it returns nothing, not even whether an action failed."""
        routes = Blueprint("xiaofa_webhook")
        turns = Turns()

        @routes.listener("after_server_start")
        async def _check(app: Any, _loop: Any) -> None:
            """Rasa falls back to memory in silence: better not to run at all."""
            try:
                guarded_store(app.ctx.agent).ping()
            except Exception as error:
                logger.critical("stopping: conversations cannot be stored safely (%s)", _reason(error))
                logging.shutdown()
                os._exit(1)  # sanic turns anything gentler into exit status 0

        @routes.get("/health")
        async def _health(request: Request) -> HTTPResponse:
            try:
                guarded_store(request.app.ctx.agent).ping()
            except Exception as error:
                return response.json({"status": "down", "reason": _reason(error)}, status=503)
            ready = request.app.ctx.agent.processor is not None
            return response.json({"status": "ok" if ready else "no model"}, status=200 if ready else 503)

        @routes.post("/messages")
        async def _message(request: Request) -> HTTPResponse:
            if not self._knows_secret(request):
                return response.json({"error": "unauthorized"}, status=401)
            body = _message_body(request)
            if body is None:
                return response.json({"error": "malformed"}, status=400)
            try:
                result = await turns.submit(request.app.ctx.agent, **body)
            except NothingSaid:
                logger.error("a turn ended without a reply")
                return response.json({"error": "empty"}, status=503)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                logger.error("a turn failed: %s", _reason(error))
                return response.json({"error": "action_failed"}, status=503)
            return response.json(result)

        @routes.delete("/conversations/<sender>")
        async def _forget(request: Request, sender: Text) -> HTTPResponse:
            if not self._knows_secret(request):
                return response.json({"error": "unauthorized"}, status=401)
            await turns.forget(request.app.ctx.agent, sender)
            return response.empty(status=204)

        return routes

    def _knows_secret(self, request: Request) -> bool:
        return hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), self._secret)


def _message_body(request: Request) -> Optional[Dict[Text, Any]]:
    """The four fields of a message, or None when they are not what the contract says."""
    try:
        body = request.json
    except Exception:
        return None
    if not isinstance(body, dict):
        return None
    fields = {name: body.get(name) for name in ("sender", "message_id", "text", "sent_at")}
    for name in ("sender", "message_id"):
        given = fields[name]
        if not isinstance(given, str) or not 0 < len(given) <= LONGEST_ID:
            return None
    if not isinstance(fields["text"], str) or not fields["text"].strip():
        return None
    if not isinstance(fields["sent_at"], (str, type(None))):
        return None
    return fields


def _reason(error: BaseException) -> Text:
    """Kind and, for our own failures, what they say; never a message that might quote a person."""
    cause = f" after {type(error.__cause__).__name__}" if error.__cause__ is not None else ""
    detail = f" {error}" if isinstance(error, (ActionFailed, TrackerStoreError)) else ""
    return f"{type(error).__name__}{detail}{cause}"
