"""`python -m tests.fakes.mortal bot|worker [POINT]`: the real process, which kills itself (kill -9) when it first comes to
a point of a message's way. Without a point it lives. Leases and waits are short, so that a test need not wait a minute."""

from __future__ import annotations

import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot import turns
from bot.channels.wechat import delivery

BOT_POINTS = {
    "before it is kept": ("bot.turns", "accept", "before"),
    "after it is kept": ("bot.turns", "accept", "after"),
    "before Rasa": ("bot.rasa_client.RasaClient", "send", "before"),
    "after Rasa": ("bot.rasa_client.RasaClient", "send", "after"),
    "before the answer is kept": ("bot.turns", "finish", "before"),
    "after the answer is kept": ("bot.turns", "finish", "after"),
    "before the reply": ("bot.channels.wechat.offers.Offers", "of_message", "after"),
    "after the reply": ("bot.channels.wechat.offers.Offers", "settle", "before"),
    "after the note of the reply": ("bot.channels.wechat.offers.Offers", "settle", "after"),
}
WORKER_POINTS = {
    "before a send is noted": ("bot.channels.wechat.delivery.Delivery", "_begin", "before"),
    "before a send": ("bot.channels.wechat.client.WeChatClient", "send_text", "before"),
    "after a send": ("bot.channels.wechat.client.WeChatClient", "send_text", "after"),
    "after the note of a send": ("bot.channels.wechat.delivery.Delivery", "_ended", "after"),
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(real: Callable[..., Any], moment: str) -> Callable[..., Any]:
    async def later(*args: Any, **kwargs: Any) -> Any:
        if moment == "before":
            die()
        result = await real(*args, **kwargs)
        die()
        return result

    def now(*args: Any, **kwargs: Any) -> Any:
        if moment == "before":
            die()
        result = real(*args, **kwargs)
        die()
        return result

    return later if inspect.iscoroutinefunction(real) else now


def arm(place: str, name: str, moment: str) -> None:
    owner, _, last = place.rpartition(".")
    holder = getattr(importlib.import_module(owner), last) if last[0].isupper() else importlib.import_module(place)
    setattr(holder, name, deadly(getattr(holder, name), moment))


def main() -> None:
    turns.PASSIVE_WAIT = timedelta(seconds=6)
    delivery.LEASE_SECONDS = 4.0
    if len(sys.argv) > 2:
        arm(*{**BOT_POINTS, **WORKER_POINTS}[sys.argv[2]])
    module = importlib.import_module("bot.__main__" if sys.argv[1] == "bot" else "bot.worker")
    module.main()


if __name__ == "__main__":
    main()
