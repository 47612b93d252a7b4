"""WeChat's API as this project uses it. Every method raises a WeChatError that says what to do (errors.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import httpx
import structlog

from bot.channels.wechat.errors import (
    AwayError,
    BlockedError,
    ConfigurationError,
    NotAllowedError,
    OutOfWindowError,
    QuotaError,
    ThrottledError,
    TokenError,
    UncertainError,
    WeChatError,
)
from bot.channels.wechat.http import Body, call, download, needed, open_http, repeated
from bot.channels.wechat.token import SharedToken, TokenStore
from cases.database import Database
from settings import Settings

__all__ = [
    "AwayError",
    "BlockedError",
    "ConfigurationError",
    "NotAllowedError",
    "OutOfWindowError",
    "Qr",
    "QuotaError",
    "ThrottledError",
    "TokenError",
    "UncertainError",
    "WeChatClient",
    "WeChatError",
    "open_client",
]
QR_SECONDS = 2592000  # 30 days, the most a temporary code may live
OFFICIAL = "https://api.weixin.qq.com"
QR_PICTURES = "https://mp.weixin.qq.com"
FIELD_LENGTHS = {"thing": 20, "character_string": 32, "phrase": 5, "name": 10, "phone_number": 17}

log = structlog.get_logger("bot.wechat")
T = TypeVar("T")


@dataclass(frozen=True)
class Qr:
    """`url`: what the code says, for those who draw it themselves; `picture`: WeChat's own drawing."""

    ticket: str
    url: str
    picture: str


class WeChatClient:
    """Share one per process; `close` it at the end."""

    def __init__(self, settings: Settings, tokens: TokenStore, http: httpx.AsyncClient) -> None:
        self._settings = settings
        self._tokens = tokens
        self._http = http

    async def close(self) -> None:
        await self._http.aclose()

    # -- to one person ---------------------------------------------------------------

    async def send_text(self, openid: str, text: str, *, generated: bool = True) -> None:
        """A customer-service message. `generated`: WeChat labels it as made by a program; not so a lawyer's words."""
        body: Body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        if generated:
            body["aimsgcontext"] = {"is_ai_msg": 1}
        await self._once("/cgi-bin/message/custom/send", body)

    async def typing(self, openid: str) -> None:
        """“正在输入”: best effort, never raises."""
        try:
            await self._once("/cgi-bin/message/custom/typing", {"touser": openid, "command": "Typing"})
        except WeChatError as error:
            log.debug("wechat_typing", kind=type(error).__name__)

    async def notify(
        self, openid: str, template: str, fields: Mapping[str, str], link: str | None, *, subscription: bool = False
    ) -> None:
        """A template (or one-time subscription) notice, for words outside the window. It shows on lock screens: no
        field may name the legal problem. Fields longer than WeChat allows are cut."""
        data = {name: {"value": _cut(name, value)} for name, value in fields.items()}
        body: Body = {"touser": openid, "template_id": template, "data": data}
        if link:
            body["page" if subscription else "url"] = link
        path = "/cgi-bin/message/subscribe/bizsend" if subscription else "/cgi-bin/message/template/send"
        await self._once(path, body)

    # -- the account -----------------------------------------------------------------

    async def push_menu(self, menu: Body) -> None:
        await self._again("/cgi-bin/menu/create", menu)

    async def current_menu(self) -> Body:
        """The menu people see now. Raises WeChatError 46003 when there is none."""
        return await self._again("/cgi-bin/menu/get", None)

    async def qr_scene(self, scene: str, permanent: bool) -> Qr:
        """A QR code that tells us where it hangs (`scene`, 1 to 64 characters, readable by anyone who scans it)."""
        body: Body = {
            "action_name": "QR_LIMIT_STR_SCENE" if permanent else "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        if not permanent:
            body["expire_seconds"] = QR_SECONDS
        answer = await self._again("/cgi-bin/qrcode/create", body)
        ticket = str(needed(answer, "ticket"))
        base = self._settings.wechat_api_base
        pictures = QR_PICTURES if base == OFFICIAL else base
        picture = httpx.URL(f"{pictures}/cgi-bin/showqrcode", params={"ticket": ticket})
        return Qr(ticket, str(answer.get("url", "")), str(picture))

    async def qr_picture(self, qr: Qr) -> bytes:
        """The drawing of a QR code (JPEG or PNG)."""
        try:
            response = await self._http.get(qr.picture)
        except httpx.HTTPError as error:
            raise AwayError(0, type(error).__name__) from None
        if response.status_code != httpx.codes.OK or not response.headers.get("content-type", "").startswith("image/"):
            raise WeChatError(0, f"HTTP {response.status_code}: no picture")
        return response.content

    async def picture(self, media_id: str) -> bytes:
        """A picture a person sent (kept by WeChat for three days)."""
        media_type, content = await self._media(media_id)
        if not media_type.startswith("image/"):
            raise WeChatError(0, "no picture")
        return content

    async def voice(self, media_id: str) -> bytes:
        """What a person said into the microphone (kept by WeChat for three days)."""
        media_type, content = await self._media(media_id)
        if not content or media_type.startswith(("text/", "application/json", "image/")):
            raise WeChatError(0, "no voice")
        return content

    async def openid_of(self, code: str) -> str | None:
        """Who came back from the login page; None for somebody who only looks at a preview (snapshot)."""
        query = {
            "appid": self._settings.wechat_app_id,
            "secret": self._settings.wechat_app_secret.get_secret_value(),
            "code": code,
            "grant_type": "authorization_code",
        }
        answer = await call(self._http, "/sns/oauth2/access_token", query=query)
        return None if answer.get("is_snapshotuser") == 1 else str(needed(answer, "openid"))

    def ticket(self, database: Database) -> SharedToken:
        """The JS-SDK ticket, shared like the access token."""

        async def fetch() -> tuple[str, int]:
            answer = await self._again("/cgi-bin/ticket/getticket", None, {"type": "jsapi"})
            return str(needed(answer, "ticket")), int(needed(answer, "expires_in"))

        return SharedToken(database, f"wechat:{self._settings.wechat_app_id}:ticket", fetch)

    async def check_token(self) -> None:
        """Raises the WeChatError that stands in the way of calling anything."""
        await self._tokens.get()

    # -- inside ------------------------------------------------------------------------

    async def _media(self, media_id: str) -> tuple[str, bytes]:
        def fetch(token: str) -> Awaitable[tuple[str, bytes]]:
            return download(self._http, "/cgi-bin/media/get", {"access_token": token, "media_id": media_id})

        return await self._with_token(fetch)

    async def _again(self, path: str, body: Body | None, query: Mapping[str, str] | None = None) -> Body:
        """A call that may be repeated."""
        return await self._with_token(lambda token: repeated(lambda: self._call(path, body, token, query)))

    async def _once(self, path: str, body: Body) -> Body:
        """A call that people see: repeated only when WeChat certainly did not carry it out."""
        return await self._with_token(lambda token: self._call(path, body, token))

    async def _with_token(self, work: Callable[[str], Awaitable[T]]) -> T:
        token = await self._tokens.get()
        try:
            return await work(token)
        except TokenError as error:
            log.warning("wechat_token_refused", kind=str(error.code))
        try:
            return await work(await self._tokens.renew(token))
        except TokenError as error:
            log.error("wechat_token_broken", kind=str(error.code))
            raise

    async def _call(self, path: str, body: Body | None, token: str, query: Mapping[str, str] | None = None) -> Body:
        return await call(self._http, path, body, query={"access_token": token, **(query or {})})


def open_client(
    settings: Settings, database: Database, transport: httpx.AsyncBaseTransport | None = None
) -> WeChatClient:
    """The client with its real parts; `transport` replaces the network in tests."""
    http = open_http(settings.wechat_api_base, transport)
    return WeChatClient(settings, TokenStore(settings, database, http), http)


def _cut(name: str, value: str) -> str:
    length = FIELD_LENGTHS.get(name.rstrip("0123456789"))
    return value if length is None or len(value) <= length else value[: length - 1] + "…"
