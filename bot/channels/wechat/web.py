"""The pages that WeChat's messages lead to: one card in full, the login that joins web and WeChat, the JS-SDK."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

import structlog
from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot import rendering
from bot.channels.wechat.client import WeChatClient, WeChatError
from bot.channels.wechat.links import PATH, Links
from bot.channels.wechat.oauth import Login, sdk_signature
from bot.errors import ApiError
from bot.services import Services, services
from bot.sessions import COOKIE
from cases import cards, joining

BACK = "/wechat/login/back"

log = structlog.get_logger("bot.wechat")
Hub = Annotated[Services, Depends(services)]


def card_routes() -> APIRouter:
    """Needs no WeChat account: a link is good until it ends."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH + "/{token}")
    async def card_page(request: Request, hub: Hub, token: Annotated[str, Path(max_length=128)]) -> Response:
        hub.anyone(request)
        card_id = Links(hub.settings, hub.clock).read(token)

        def read() -> dict[str, Any] | None:
            with hub.database.read() as session:
                return cards.get_card(session, card_id) if card_id else None

        body = await to_thread.run_sync(read)
        return hub.pages.card(rendering.public(body) if body else None)

    return router


def account_routes(client: WeChatClient) -> APIRouter:
    """What needs the account: login and JS-SDK."""
    router = APIRouter(include_in_schema=False)

    @router.get("/wechat/login")
    async def log_in(request: Request, hub: Hub) -> Response:
        """From the web page, opened inside WeChat: go and show who you are."""
        session_id = hub.visitor(request, writes=False)
        if not hub.settings.public_url:
            raise ApiError(404, "not_found")
        address = Login(hub.settings, hub.clock).address(session_id, hub.settings.public_url.rstrip("/") + BACK)
        return RedirectResponse(address, 302)

    @router.get(BACK)
    async def come_back(
        request: Request,
        hub: Hub,
        code: Annotated[str, Query(max_length=256)] = "",
        state: Annotated[str, Query(max_length=128)] = "",
    ) -> Response:
        """Back from WeChat: from now on the page and the chat there are one person's. Whatever goes wrong, the person
        lands on the page and nothing has changed."""
        session_id = hub.sessions.read(request.cookies.get(COOKIE))
        if session_id and code and Login(hub.settings, hub.clock).fits(session_id, state):
            hub.visitor(request, writes=False)
            await _join(hub, client, session_id, code)
        else:
            log.info("wechat_login_refused")
        return RedirectResponse("/", 303)

    @router.get("/api/wechat/sdk")
    async def sdk(request: Request, hub: Hub, url: Annotated[str, Query(max_length=1024)]) -> Response:
        """What `wx.config` needs for one of our own pages."""
        hub.anyone(request)
        base = hub.settings.public_url.rstrip("/")
        if not base or not f"{url.partition('#')[0]}/".startswith(f"{base}/"):
            raise ApiError(404, "not_found")
        try:
            ticket = await client.ticket(hub.database).get()
        except WeChatError as error:
            log.warning("wechat_ticket", kind=type(error).__name__)
            raise ApiError(503, "unavailable") from None
        nonce, timestamp = secrets.token_hex(8), int(hub.clock.now().timestamp())
        signature = sdk_signature(ticket, nonce, timestamp, url)
        return JSONResponse(
            {"appId": hub.settings.wechat_app_id, "timestamp": timestamp, "nonceStr": nonce, "signature": signature}
        )

    return router


async def _join(hub: Services, client: WeChatClient, session_id: str, code: str) -> None:
    try:
        openid = await client.openid_of(code)
    except WeChatError as error:
        log.warning("wechat_login", kind=type(error).__name__)
        return
    if openid is None:  # a preview (snapshot): nobody showed who they are
        return

    def join() -> joining.Joined:
        with hub.database.write() as session:
            return joining.join(session, first=("wechat", openid), second=("web", session_id))

    log.info("wechat_login", kind=await to_thread.run_sync(join))
