"""Whether the account is connected: each check says what it found and, when something is wrong, what to do."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

import httpx

from bot.channels.wechat import menus
from bot.channels.wechat.client import BlockedError, ConfigurationError, WeChatClient, WeChatError
from settings import Settings
from settings.clock import Clock
from xiaofa.wechat.advice import advice
from xiaofa.wechat.simulator.wire import signature

CALLBACK = "/wechat"
NOBODY = "oXiaofaDoctorNobody"
_APP_ID = re.compile(r"wx[0-9a-f]{16}")
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")


@dataclass(frozen=True)
class Finding:
    state: Literal["good", "bad", "note"]
    what: str
    remedy: str = ""


def good(what: str) -> Finding:
    return Finding("good", what)


def bad(what: str, remedy: str) -> Finding:
    return Finding("bad", what, remedy)


def note(what: str, remedy: str = "") -> Finding:
    return Finding("note", what, remedy)


def settings(now: Settings) -> list[Finding]:
    """What can be seen without asking anybody."""
    if not now.wechat_on:
        return [bad("微信渠道没有打开", "设置 XIAOFA_WECHAT_APP_ID 和 XIAOFA_WECHAT_TOKEN（见 docs/wechat.md）。")]
    found = [good("微信渠道已打开")]
    if not _APP_ID.fullmatch(now.wechat_app_id):
        found.append(note("AppID 不像服务号的", "一般是 wx 加 16 个十六进制字符，请核对。"))
    if not _TOKEN.fullmatch(now.wechat_token.get_secret_value()):
        found.append(bad("Token 不合微信的要求", "3 到 32 个英文字母或数字，两边要填成一样。"))
    if now.wechat_mode != "safe":
        found.append(note(f"消息加密方式是 {now.wechat_mode}", "正式使用请在两边都改成安全模式（safe）。"))
    if not now.wechat_app_secret.get_secret_value():
        found.append(
            note("没有 AppSecret：只能被动回复", "要用客服消息、菜单、二维码，就设置 XIAOFA_WECHAT_APP_SECRET。")
        )
    if not now.operator:
        found.append(
            note(
                "同意前的说明里没有运营单位",
                "设置 XIAOFA_OPERATOR=单位全称和联系方式（个人信息保护法第十七条要求告知）。",
            )
        )
    if not now.public_url:
        found.append(note("没有对外网址：消息里没有“看全文”的链接", "设置 XIAOFA_PUBLIC_URL=https://您的域名。"))
    elif not now.public_url.startswith("https://"):
        found.append(note("对外网址不是 https", "微信里打开网页要用 https。"))
    return found


async def callback(now: Settings, transport: httpx.AsyncBaseTransport | None = None) -> list[Finding]:
    """The handshake as WeChat does it, at the bot on this machine and at the public address."""
    if not now.wechat_on:
        return []
    places = {"本机的机器人": f"http://127.0.0.1:{now.bot_port}"}
    if now.public_url:
        places["对外网址"] = now.public_url.rstrip("/")
    found = []
    async with httpx.AsyncClient(transport=transport, timeout=5.0, trust_env=False) as http:
        for name, base in places.items():
            found.append(await _handshake(http, name, base + CALLBACK, now.wechat_token.get_secret_value()))
    return found


async def _handshake(http: httpx.AsyncClient, name: str, url: str, token: str) -> Finding:
    echo, nonce, stamp = secrets.token_hex(8), secrets.token_hex(5), str(int(Clock().now().timestamp()))
    asked = {"timestamp": stamp, "nonce": nonce, "echostr": echo}
    try:
        right = await http.get(f"{url}?{urlencode({**asked, 'signature': signature(token, stamp, nonce)})}")
        wrong = await http.get(f"{url}?{urlencode({**asked, 'signature': '0' * 40})}")
    except httpx.HTTPError as error:
        return bad(f"{name}连不上（{url}）", f"机器人启动了吗？反向代理和证书对吗？（{type(error).__name__}）")
    if right.status_code == 200 and right.text == echo and wrong.status_code == 403:
        return good(f"{name}的回调地址通过验证：{url}")
    if right.status_code == 404:
        return bad(f"{name}没有微信的回调地址", "机器人是用这份设置启动的吗？重新启动它。")
    return bad(f"{name}的回调地址没有通过验证（{right.status_code}、{wrong.status_code}）", "两边的 Token 要一样。")


async def account(now: Settings, client: WeChatClient) -> list[Finding]:
    """What WeChat itself says: token and whitelist first; without them nothing else can be asked."""
    try:
        await client.check_token()
        found = [good("访问令牌正常，IP 在白名单里")]
        found.append(await _customer_service(now, client))
        found.append(await _menu(now, client))
    except ConfigurationError as error:
        return [bad("微信不让这台服务器调用接口", advice(error))]
    except WeChatError as error:
        return [bad("访问令牌拿不到或不能用", advice(error))]
    return found


async def _customer_service(now: Settings, client: WeChatClient) -> Finding:
    """Nobody is written to: the openid does not exist, and an account with the interface is told so."""
    try:
        await client.send_text(NOBODY, "检查")
    except BlockedError:
        return good("有客服消息接口")
    except WeChatError as error:
        if error.code in (48001, 48004) and not now.wechat_customer_service:
            return note("没有客服消息接口：只被动回复")
        return bad("客服消息接口用不了", advice(error))
    return note("客服消息接口的回答看不懂", "给自己发一条消息试试。")


async def _menu(now: Settings, client: WeChatClient) -> Finding:
    wanted = menus.menu(now.public_url)["button"]
    try:
        current = (await client.current_menu()).get("menu", {}).get("button", [])
    except WeChatError as error:
        return note("读不到公众号现在的菜单", advice(error))
    same = [_names(button) for button in current] == [_names(button) for button in wanted]
    return good("菜单与 menu.yml 一致") if same else note("菜单与 menu.yml 不一致", "运行 xiaofa wechat menu push。")


def _names(button: dict[str, object]) -> tuple[object, ...]:
    subs = button.get("sub_button") or []
    assert isinstance(subs, list)
    return (button.get("name"), *((sub.get("name"), sub.get("key"), sub.get("url")) for sub in subs))
