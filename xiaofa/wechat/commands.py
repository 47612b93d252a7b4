"""`xiaofa wechat …`"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from bot.channels.wechat import menus
from bot.channels.wechat.client import WeChatClient, WeChatError, open_client
from bot.channels.wechat.scenes import line as first_line
from cases.database import Database
from settings import Settings, get_settings
from settings.mendable import MendableError
from xiaofa.wechat import doctor as checks
from xiaofa.wechat.advice import advice

app = typer.Typer(help="微信服务号：菜单、二维码、检查、本机模拟。", no_args_is_help=True)
menu = typer.Typer(help="公众号底部的菜单。", no_args_is_help=True)
app.add_typer(menu, name="menu")
T = TypeVar("T")


class OffError(MendableError, RuntimeError):
    """The channel is not set up, or WeChat refused; the message says what to do."""


@menu.command("push")
def push_menu(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查、列出，不发给微信")] = False,
) -> None:
    """把 bot/channels/wechat/menu.yml 发给微信，约 5 分钟后生效。"""
    settings = get_settings()
    body = menus.menu(settings.public_url)
    for button in body["button"]:
        print(button["name"] + "：" + "、".join(item["name"] for item in button["sub_button"]))
    if not settings.public_url:
        print("没有设置对外网址（XIAOFA_PUBLIC_URL），打开网页的项目没有放进去。")
    if not dry_run:
        _with_client(settings, lambda client: client.push_menu(body))
        print("已发给微信。")


@app.command("qr")
def qr(
    scene: Annotated[
        str, typer.Argument(help="场景，例如 street-minzhi、vstation-03；任何扫码的人都看得到，不要放个人信息")
    ],
    permanent: Annotated[bool, typer.Option("--permanent", help="永久有效（总数有限）；默认 30 天")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="图片存到哪里，默认是 场景.png")] = None,
) -> None:
    """做一张带场景的二维码：扫码的人听到的第一句话，写在 scenes.yml。"""
    if not 1 <= len(scene) <= 64:
        raise OffError("场景要有 1 到 64 个字符。")
    said = first_line(scene, get_settings().public_url)
    print(f"扫码的人会先看到：{said}" if said else "scenes.yml 里没有这一类场景，扫码的人会看到普通的欢迎语。")

    async def make(client: WeChatClient) -> tuple[str, bytes]:
        made = await client.qr_scene(scene, permanent)
        return made.url, await client.qr_picture(made)

    url, picture = _with_client(get_settings(), make)
    path = out or Path(f"{scene}.png")
    path.write_bytes(picture)
    print(f"二维码存在 {path}；内容是 {url}")


@app.command("doctor")
def doctor() -> None:
    """检查服务号接得通不通：设置、回调地址、令牌与 IP 白名单、客服接口、菜单。"""
    settings = get_settings()
    console = Console(highlight=False)
    bad = 0
    for found in asyncio.run(_doctor(settings)):
        bad += found.state == "bad"
        sign, style = {"good": ("✔", "green"), "bad": ("✘", "red"), "note": ("·", "yellow")}[found.state]
        console.print(f"{sign} {found.what}", style=style, markup=False)
        if found.remedy:
            console.print(f"  {found.remedy}", markup=False)
    if bad:
        sys.exit(1)


@app.command("simulate")
def simulate(
    env: Annotated[bool, typer.Option("--env", help="只打印模拟账号的环境变量，启动机器人前 eval 一下")] = False,
    bot: Annotated[str, typer.Option("--bot", help="机器人的地址，默认本机")] = "",
    patience: Annotated[float, typer.Option("--patience", help="模拟的微信等几秒，然后断开重发（真的是 5 秒）")] = 5.0,
    wire: Annotated[bool, typer.Option("--wire", help="同时列出每次推送的结果与用时")] = False,
    wait: Annotated[float, typer.Option("--wait", help="输入结束后，再等几秒迟到的消息")] = 3.0,
) -> None:
    """在终端里扮演微信：签名、加密、重发都按真的来，不用真的服务号。"""
    from xiaofa.wechat import local  # a server and a terminal: only who plays pays for them

    settings = get_settings()
    if env:
        print("\n".join(f"export {name}={value}" for name, value in local.environment(settings).items()))
        return
    if not local.fits(settings):
        raise OffError(
            "机器人没有接到模拟的微信上。先用模拟账号的设置启动它，再在另一个终端里模拟：\n"
            '  eval "$(xiaofa wechat simulate --env)" && make run\n'
            '  eval "$(xiaofa wechat simulate --env)" && xiaofa wechat simulate'
        )
    address = bot or f"http://127.0.0.1:{settings.bot_port}"
    asyncio.run(local.play(settings, f"{address.rstrip('/')}/wechat", patience=patience, wire=wire, wait=wait))


async def _doctor(settings: Settings) -> list[checks.Finding]:
    found = checks.settings(settings)
    found += await checks.callback(settings)
    if settings.wechat_app_id and settings.wechat_app_secret.get_secret_value():
        async with _opened(settings) as client:
            found += await checks.account(settings, client)
    return found


@asynccontextmanager
async def _opened(settings: Settings):  # type: ignore[no-untyped-def]
    database = Database(settings.database, secrets=settings.secrets)
    database.migrate()
    client = open_client(settings, database)
    try:
        yield client
    finally:
        await client.close()
        database.close()


def _with_client(settings: Settings, work: Callable[[WeChatClient], Awaitable[T]]) -> T:
    if not settings.wechat_app_id or not settings.wechat_app_secret.get_secret_value():
        raise OffError("还没有设置 XIAOFA_WECHAT_APP_ID 和 XIAOFA_WECHAT_APP_SECRET（见 docs/wechat.md）。")

    async def run() -> T:
        async with _opened(settings) as client:
            return await work(client)

    try:
        return asyncio.run(run())
    except WeChatError as error:
        raise OffError(advice(error)) from None
