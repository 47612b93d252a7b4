"""The simulated WeChat beside a running bot: its API on a port of this machine, its person in this terminal."""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from urllib.parse import urlsplit

import uvicorn

from settings import Settings
from xiaofa.wechat.simulator import Sender, SimulatedWeChat
from xiaofa.wechat.simulator.api import Api
from xiaofa.wechat.terminal import Terminal, typed_lines

PORT = 8095
LOCAL = {"127.0.0.1", "localhost"}


def environment(settings: Settings) -> dict[str, str]:
    """Settings of the simulated account, for the bot and for us."""
    made = SimulatedWeChat()
    return {
        "XIAOFA_WECHAT_APP_ID": made.app_id,
        "XIAOFA_WECHAT_APP_SECRET": made.app_secret,
        "XIAOFA_WECHAT_TOKEN": made.token,
        "XIAOFA_WECHAT_AES_KEY": made.aes_key,
        "XIAOFA_WECHAT_MODE": made.mode,
        "XIAOFA_WECHAT_API_BASE": f"http://127.0.0.1:{PORT}",
        "XIAOFA_PUBLIC_URL": settings.public_url or f"http://127.0.0.1:{settings.bot_port}",
    }


def fits(settings: Settings) -> bool:
    """Whether the settings lead to a WeChat on this machine, and not to the real one."""
    return settings.wechat_on and urlsplit(settings.wechat_api_base).hostname in LOCAL


def account_of(settings: Settings) -> SimulatedWeChat:
    return SimulatedWeChat(
        app_id=settings.wechat_app_id,
        app_secret=settings.wechat_app_secret.get_secret_value(),
        token=settings.wechat_token.get_secret_value(),
        aes_key=settings.wechat_aes_key.get_secret_value(),
        mode=settings.wechat_mode,
        customer_service=settings.wechat_customer_service,
    )


async def play(settings: Settings, callback: str, *, patience: float, wire: bool, wait: float) -> None:
    """Until the input ends: then late messages have `wait` seconds more."""
    account = account_of(settings)
    port = urlsplit(settings.wechat_api_base).port or PORT
    server = uvicorn.Server(uvicorn.Config(Api(account).app, host="127.0.0.1", port=port, log_level="error", ws="none"))
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]  # Ctrl-C is ours
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.02)
    sender = Sender(account, callback, patience=patience)
    try:
        await Terminal(account, sender, print, wire=wire).run(typed_lines(sys.stdin.readline))
        await asyncio.sleep(wait)
    finally:
        await sender.close()
        server.should_exit = True
        await serving
