"""The simulated WeChat for tests: the API on a real port or in process, and a sender that pushes to a bot.

async with running_wechat() as wechat:
    settings = Settings(**wechat.settings(), ...)
    delivery = await wechat.sender(callback).text("openid", "公司不发工资")
    assert wechat.account.seen_by("openid") == [...]
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn

from xiaofa.wechat.simulator import Delivery, Fault, Sender, Shown, SimulatedWeChat, Try
from xiaofa.wechat.simulator.api import Api

__all__ = ["Delivery", "FakeWeChat", "Fault", "Sender", "Shown", "SimulatedWeChat", "Try", "openid", "running_wechat"]


def openid() -> str:
    """A made-up person."""
    return "o" + secrets.token_hex(14)[:27]


@dataclass
class FakeWeChat:
    """`url` is empty when there is no port: then use `transport()`."""

    account: SimulatedWeChat = field(default_factory=SimulatedWeChat)
    url: str = ""

    def __post_init__(self) -> None:
        self.app = Api(self.account).app

    def transport(self) -> httpx.ASGITransport:
        """For an httpx client that reaches the API in process."""
        return httpx.ASGITransport(self.app)

    def sender(self, callbacks: Sequence[str] | str, **more: Any) -> Sender:
        return Sender(self.account, callbacks, **more)

    def settings(self) -> dict[str, Any]:
        """What `Settings` needs to talk to this account."""
        return {
            "wechat_app_id": self.account.app_id,
            "wechat_app_secret": self.account.app_secret,
            "wechat_token": self.account.token,
            "wechat_aes_key": self.account.aes_key if self.account.mode != "plain" else "",
            "wechat_mode": self.account.mode,
            "wechat_api_base": self.url or "http://wechat.test",
        }


@asynccontextmanager
async def running_wechat(account: SimulatedWeChat | None = None) -> AsyncIterator[FakeWeChat]:
    """The API on a free port of this machine."""
    wechat = FakeWeChat(account or SimulatedWeChat())
    server = uvicorn.Server(uvicorn.Config(wechat.app, host="127.0.0.1", port=0, log_level="error", ws="none"))
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]  # they are pytest's
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    wechat.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield wechat
    finally:
        server.should_exit = True
        await task
