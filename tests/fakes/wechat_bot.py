"""A bot with its WeChat channel between a simulated WeChat and a fake Rasa, all in one process and on one clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from bot.channels.wechat.channel import open_delivery
from bot.channels.wechat.delivery import Delivery
from bot.worker import Worker
from cases import people
from settings.clock import FixedClock
from tests.fakes.rasa import START, Bot, FakeRasa, running_bot
from tests.fakes.wechat import FakeWeChat, Sender, SimulatedWeChat, openid

CALLBACK = "http://bot/wechat"
SEND = "/cgi-bin/message/custom/send"


@dataclass
class WeChatBot:
    """`me`: somebody who follows the account. `phone` pushes what they do; `delivery` is the worker's part."""

    bot: Bot
    wechat: FakeWeChat
    phone: Sender
    delivery: Delivery
    me: str

    @property
    def clock(self) -> FixedClock:
        return self.bot.clock

    @property
    def rasa(self) -> FakeRasa:
        return self.bot.rasa

    def passes(self, **span: float) -> None:
        self.clock.moment += timedelta(**span)

    async def agree(self, person: str | None = None) -> None:
        """The person follows and agrees; what they saw until then is put away."""
        who = person or self.me
        self.wechat.account.followers.add(who)
        assert "谢谢" in (await self.phone.text(who, "同意")).text
        self.wechat.account.shown.clear()
        self.passes(seconds=1)

    async def ask(self, text: str, person: str | None = None) -> str:
        """What the open connection answered; empty for nothing."""
        self.passes(seconds=1)
        return (await self.phone.text(person or self.me, text)).text

    async def deliver(self) -> list[str]:
        """The worker's rounds until nothing is due (or it waits for something older); all that the person has seen."""
        for _ in range(10):
            if not await self.delivery.run_once():
                break
        return self.seen()

    def seen(self, person: str | None = None) -> list[str]:
        return self.wechat.account.seen_by(person or self.me)

    def worker(self) -> Worker:
        hub = self.bot.services
        return Worker(hub.database, hub.rasa, hub.router, hub.settings)

    def person(self, who: str | None = None) -> str | None:
        """Our id of the person, or None."""
        with self.bot.services.database.read() as session:
            found = people.find(session, channel="wechat", value=who or self.me)
        return found.id if found else None

    def said(self, text: str) -> str:
        """How the fake Rasa's answer begins."""
        return f"回答：{text}"


@asynccontextmanager
async def wechat_bot(
    folder: Path,
    *,
    account: SimulatedWeChat | None = None,
    patience: float = 5.0,
    beside: WeChatBot | None = None,
    **options: Any,
) -> AsyncIterator[WeChatBot]:
    """`beside`: a second process on the same database, between the same WeChat and Rasa."""
    wechat = beside.wechat if beside else FakeWeChat(account or SimulatedWeChat(clock=FixedClock(START)))
    clock = wechat.account.clock
    assert isinstance(clock, FixedClock)
    async with running_bot(
        folder,
        rasa=beside.rasa if beside else None,
        clock=clock,
        wechat=wechat.transport(),
        **{**wechat.settings(), **options},
    ) as bot:
        http = httpx.AsyncClient(transport=httpx.ASGITransport(bot.app, client=("127.0.0.1", 40000)))
        hub = bot.services
        delivery = open_delivery(hub.settings, hub.database, transport=wechat.transport())
        phone = wechat.sender(CALLBACK, http=http, patience=patience)
        yield WeChatBot(bot, wechat, phone, delivery, beside.me if beside else openid())
        await http.aclose()
