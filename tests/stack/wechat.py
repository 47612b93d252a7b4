"""The simulated WeChat beside the real processes: it runs in a thread of its own, so that browsers and phones act side by side."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.fakes.wechat import FakeWeChat, Sender, openid, running_wechat
from tests.stack.conftest import Stack

T = TypeVar("T")
PATIENCE = 60.0


class Phone:
    """One follower. `sees` waits until a message that holds the words has come."""

    def __init__(self, town: Town) -> None:
        self.me, self._town = openid(), town
        town.run(town.sender.follow(self.me))

    def says(self, text: str) -> str:
        """Returns what came back in the open connection (empty: it comes later)."""
        return self._town.run(self._town.sender.text(self.me, text)).text

    def seen(self) -> list[str]:
        return self._town.wechat.account.seen_by(self.me)

    def sees(self, words: str, *, since: int = 0) -> str:
        """The first message from number `since` on that holds the words."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = [text for text in self.seen()[since:] if words in text]
            if found:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"{words!r} never came: {self.seen()[-3:]}")

    def asks(self, text: str, words: str) -> str:
        """Says it, and waits for the answer that holds the words."""
        before = len(self.seen())
        self.says(text)
        return self.sees(words, since=before)


class Town:
    """`wechat`: the platform; `sender`: set when the bot's address is known."""

    wechat: FakeWeChat
    sender: Sender

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    def environment(self) -> dict[str, str]:
        """What makes the processes talk to this WeChat."""
        return {f"XIAOFA_{name.upper()}": str(value) for name, value in self.wechat.settings().items()}

    def beside(self, stack: Stack) -> None:
        async def connect() -> Sender:
            return self.wechat.sender(stack.bot + "/wechat")

        self.sender = self.run(connect())


@contextmanager
def running_town() -> Iterator[Town]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    town, platform = Town(loop), running_wechat()
    town.wechat = town.run(_enter(platform))
    try:
        yield town
    finally:
        town.run(town.sender.close())
        town.run(_leave(platform))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _enter(platform: Any) -> FakeWeChat:
    entered: FakeWeChat = await platform.__aenter__()
    return entered


async def _leave(platform: Any) -> None:
    await platform.__aexit__(None, None, None)
