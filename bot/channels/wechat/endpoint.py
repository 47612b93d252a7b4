"""The address that WeChat calls: verified, decrypted, answered within its five seconds, whatever happens."""

from __future__ import annotations

import asyncio

import structlog
from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.wechat import incoming, passive, texts, xml
from bot.channels.wechat.answers import Answers, Reply
from bot.channels.wechat.crypto import Gatekeeper, Opened, RefusedError
from bot.channels.wechat.incoming import Push
from bot.telemetry import where
from settings.clock import Clock

PATH = "/wechat"
PATIENCE = 4.7
"""Seconds after which WeChat is about to hang up: what we say later is not heard, and must not be noted as said."""

log = structlog.get_logger("bot.wechat")


def routes(gatekeeper: Gatekeeper, answers: Answers, clock: Clock, seconds: float) -> APIRouter:
    """`seconds`: how long an answer is waited for before the connection is let go."""
    router = APIRouter()

    @router.get(PATH, include_in_schema=False)
    async def greet(request: Request) -> Response:
        """The handshake when the address is entered in WeChat's console."""
        if not gatekeeper.admits(request.query_params):
            return Response(status_code=403)
        return PlainTextResponse(request.query_params.get("echostr", ""))

    @router.post(PATH, include_in_schema=False)
    async def receive(request: Request) -> Response:
        arrived = asyncio.get_running_loop().time()
        try:
            opened = gatekeeper.open(request.query_params, await request.body())
        except RefusedError as error:
            log.warning("wechat_refused", reason=error.reason)
            return Response(status_code=403)
        try:
            push = incoming.parse(opened.body)
        except xml.MalformedError as error:
            log.warning("wechat_malformed", reason=str(error))
            return Response(status_code=400)
        reply = await _answer(push, arrived + seconds)
        late = asyncio.get_running_loop().time() - arrived > PATIENCE or await request.is_disconnected()
        response = _response(push, opened, reply, request.query_params.get("nonce", ""))
        if reply.after and not late:
            response.background = BackgroundTask(reply.after)
        return response

    async def _answer(push: Push, until: float) -> Reply:
        try:
            return await answers.to(push, until)
        except SQLAlchemyError as error:
            log.error("database", error=type(error).__name__, where=where(error))
        except Exception as error:  # noqa: BLE001 a person waits: an honest word is better than WeChat's fault notice
            log.error("wechat_broken", error=type(error).__name__, where=where(error))
        return Reply(texts.NOT_KEPT)

    def _response(push: Push, opened: Opened, reply: Reply, nonce: str) -> Response:
        if reply.text is None:
            return PlainTextResponse(passive.SUCCESS)
        now = int(clock.now().timestamp())
        try:
            said = passive.text(push, reply.text, now=now)
        except ValueError as error:
            log.error("wechat_reply_unfit", reason=str(error))
            return PlainTextResponse(passive.SUCCESS)
        return Response(gatekeeper.seal(said, opened.key, timestamp=now, nonce=nonce), media_type="application/xml")

    return router
