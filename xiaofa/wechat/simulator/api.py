"""The HTTP side of the simulated WeChat: the paths our client may call, with WeChat's own checks and error codes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from xiaofa.wechat.simulator.contents import read_message
from xiaofa.wechat.simulator.menus import menu_error
from xiaofa.wechat.simulator.platform import Fault, SimulatedWeChat

Body = dict[str, Any]
Handler = Callable[[Body], Body]
MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40003: "invalid openid",
    40007: "invalid media_id",
    40013: "invalid appid",
    40029: "invalid code",
    40037: "invalid template_id",
    40125: "invalid appsecret",
    40164: "invalid ip, not in whitelist",
    41001: "access_token missing",
    42001: "access_token expired",
    43004: "require subscribe",
    43019: "user blocked",
    43101: "user refuse to accept the msg",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    47001: "data format error",
    47003: "argument invalid",
    48001: "api unauthorized",
}
CAPS = {"thing": 20, "character_string": 32, "phrase": 5, "name": 10, "phone_number": 17}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763606060000000040001f61738550000000049454e44ae426082"
)


def failed(code: int) -> Body:
    return {"errcode": code, "errmsg": f"{MESSAGES.get(code, 'error')} rid: 00000000-00000000-00000000"}


DONE: Body = {"errcode": 0, "errmsg": "ok"}


class Api:
    """`app` is the ASGI application; the state is the given account."""

    def __init__(self, account: SimulatedWeChat) -> None:
        self._account = account
        guarded: dict[str, Handler] = {
            "/cgi-bin/message/custom/send": self._custom_send,
            "/cgi-bin/message/custom/typing": self._typing,
            "/cgi-bin/message/template/send": self._template,
            "/cgi-bin/message/subscribe/bizsend": self._subscription,
            "/cgi-bin/menu/create": self._menu,
            "/cgi-bin/qrcode/create": self._qrcode,
        }
        reading: dict[str, Handler] = {"/cgi-bin/ticket/getticket": self._ticket, "/cgi-bin/menu/get": self._menu_get}
        routes = [Route(path, self._guarded(handler), methods=["POST"]) for path, handler in guarded.items()]
        routes += [Route(path, self._guarded(handler), methods=["GET"]) for path, handler in reading.items()]
        routes += [
            Route("/cgi-bin/stable_token", self._open(self._stable_token), methods=["POST"]),
            Route("/sns/oauth2/access_token", self._open(self._redeem), methods=["GET"]),
            Route("/cgi-bin/showqrcode", self._show_qr, methods=["GET"]),
            Route("/cgi-bin/media/get", self._media, methods=["GET"]),
            Route("/connect/oauth2/authorize", self._authorize, methods=["GET"]),
        ]
        self.app = Starlette(routes=routes)

    # -- every call ----------------------------------------------------------------

    def _guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        def checked(body: Body) -> Body:
            code = self._account.tokens.check(str(body.pop("access_token", "")))
            return failed(code) if code else handler(body)

        return self._open(checked)

    def _open(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            path = request.url.path
            self._account.calls[path] += 1
            fault = self._account.next_fault(path)
            if fault and not fault.accept:
                return await _broken(fault)
            answer = await self._carry_out(request, handler)
            return await _broken(fault) if fault else JSONResponse(answer)

        return endpoint

    async def _carry_out(self, request: Request, handler: Handler) -> Body:
        if not self._account.allowed:
            return failed(40164)
        body: Body = dict(request.query_params)
        if request.method == "POST":
            raw = await request.body()
            try:
                # WeChat does not undo \uXXXX: people would read the escapes.
                read = json.loads(raw.decode().replace("\\u", "\\\\u"))
            except ValueError:
                return failed(47001)
            if not isinstance(read, dict):
                return failed(47001)
            body |= read
        return handler(body)

    # -- tokens ----------------------------------------------------------------------

    def _stable_token(self, body: Body) -> Body:
        if body.get("appid") != self._account.app_id or body.get("grant_type") != "client_credential":
            return failed(40013)
        if body.get("secret") != self._account.app_secret:
            return failed(40125)
        token, seconds = self._account.tokens.stable(force=bool(body.get("force_refresh")))
        return {"access_token": token, "expires_in": seconds}

    def _redeem(self, body: Body) -> Body:
        if (body.get("appid"), body.get("secret")) != (self._account.app_id, self._account.app_secret):
            return failed(40013)
        found = self._account.redeem(str(body.get("code", "")))
        if found is None:
            return failed(40029)
        openid, snapshot = found
        answer: Body = {"access_token": "web", "expires_in": 7200, "openid": openid, "scope": "snsapi_base"}
        return {**answer, "is_snapshotuser": 1} if snapshot else answer

    def _ticket(self, body: Body) -> Body:
        ticket, seconds = self._account.ticket()
        return {**DONE, "ticket": ticket, "expires_in": seconds}

    async def _authorize(self, request: Request) -> Response:
        """The person agreed (they always do); the openid is whoever followed first."""
        query = request.query_params
        openid = next(iter(sorted(self._account.followers)), "")
        if query.get("appid") != self._account.app_id or not openid or query.get("response_type") != "code":
            return HTMLResponse("<h3>参数错误</h3>", 400)
        back = urlencode({"code": self._account.login(openid), "state": query.get("state", "")})
        return RedirectResponse(f"{query.get('redirect_uri', '')}?{back}", 302)

    # -- messages ----------------------------------------------------------------------

    def _custom_send(self, body: Body) -> Body:
        account, openid = self._account, str(body.get("touser", ""))
        if not account.customer_service:
            return failed(48001)
        if code := self._refuses(openid):
            return failed(code)
        kind = str(body.get("msgtype", ""))
        code, text = read_message(kind, body.get(kind))
        if code := code or account.quotas.take(openid):
            return failed(code)
        account.saw(openid, "customer", kind, text, body)
        return DONE

    def _typing(self, body: Body) -> Body:
        if body.get("command") not in ("Typing", "CancelTyping"):
            return failed(47001)
        self._account.typing.append(str(body.get("touser", "")))
        return DONE

    def _template(self, body: Body) -> Body:
        return self._notice(body, "template")

    def _subscription(self, body: Body) -> Body:
        if (str(body.get("touser")), str(body.get("template_id"))) not in self._account.accepted:
            return failed(43101)
        return self._notice(body, "subscription")

    def _notice(self, body: Body, via: str) -> Body:
        account, openid, template = self._account, str(body.get("touser", "")), str(body.get("template_id", ""))
        if template not in account.templates:
            return failed(40037)
        if code := self._refuses(openid):
            return failed(code)
        data = body.get("data")
        if not isinstance(data, dict):
            return failed(47001)
        for name, field in data.items():
            value = field.get("value") if isinstance(field, dict) else None
            if not isinstance(value, str) or len(value) > CAPS.get(name.rstrip("0123456789"), 200):
                return failed(47003)
        text = " ".join(field["value"] for field in data.values())
        account.saw(openid, "template" if via == "template" else "subscription", "notice", text, body)
        return {**DONE, "msgid": len(account.shown)}

    def _refuses(self, openid: str) -> int:
        if openid in self._account.blocked:
            return 43019
        if openid not in self._account.followers:
            return 43004 if openid else 40003
        return 0

    # -- menu and QR codes ---------------------------------------------------------------

    def _menu(self, body: Body) -> Body:
        code = menu_error(body)
        if code:
            return failed(code)
        self._account.menu = body
        return DONE

    def _menu_get(self, body: Body) -> Body:
        return {"menu": self._account.menu} if self._account.menu else failed(46003)

    def _qrcode(self, body: Body) -> Body:
        action = body.get("action_name")
        info = body.get("action_info")
        scene = info.get("scene", {}).get("scene_str") if isinstance(info, dict) else None
        if action not in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE") or not isinstance(scene, str):
            return failed(47001)
        if not 1 <= len(scene) <= 64:
            return failed(47001)
        answer: Body = {"ticket": self._account.qr(scene), "url": "http://weixin.qq.com/q/simulated"}
        if action == "QR_STR_SCENE":
            seconds = body.get("expire_seconds", 60)
            if not isinstance(seconds, int) or not 1 <= seconds <= 2592000:
                return failed(47001)
            answer["expire_seconds"] = seconds
        return answer

    async def _show_qr(self, request: Request) -> Response:
        if self._account.scene_of(request.query_params.get("ticket", "")) is None:
            return HTMLResponse("", 404)
        return Response(PIXEL, media_type="image/png")

    async def _media(self, request: Request) -> Response:
        account, media_id = self._account, request.query_params.get("media_id", "")
        account.calls[request.url.path] += 1
        if fault := account.next_fault(request.url.path):
            return await _broken(fault)
        code = account.tokens.check(request.query_params.get("access_token", ""))
        if not code and media_id in account.pictures:
            return Response(account.pictures[media_id], media_type="image/png")
        if not code and media_id in account.voices:
            return Response(account.voices[media_id], media_type="audio/amr")
        return JSONResponse(failed(code or 40007))


async def _broken(fault: Fault) -> Response:
    if fault.hang:
        await asyncio.sleep(fault.hang)
    if fault.status:
        return HTMLResponse("<html><body>502 Bad Gateway</body></html>", fault.status)
    return JSONResponse(failed(fault.code) if fault.code is not None else DONE)
