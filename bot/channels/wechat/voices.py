"""Voice messages: WeChat's own speech to text has ended, so an operator may plug in one of theirs. The recording is handed
over and kept nowhere; whatever goes wrong, the person is asked to type."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pkgutil import resolve_name
from typing import Protocol

import structlog

from bot.channels.wechat.errors import WeChatError

SPARE_SECONDS = 0.8  # of the time the connection is open, for answering

log = structlog.get_logger("bot.wechat")


class Recogniser(Protocol):
    """Speech to text."""

    async def recognise(self, recording: bytes, format: str) -> str | None:
        """What was said, or None when it was not understood. `format`: as WeChat names it (amr, speex). WeChat waits
        five seconds: who is slower is not waited for."""


def load(name: str) -> Recogniser | None:
    """What the setting names, `package.module:make`: `make()` gives the recogniser. None for no name; a wrong one stops the
    start, before anybody has spoken in vain."""
    if not name:
        return None
    try:
        made: Recogniser = resolve_name(name)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"wechat_recogniser 指的 {name} 找不到：写成 包.模块:函数，并装在机器人的环境里") from error
    return made


class Voices:
    """`fetch`: media id -> the recording, raises WeChatError."""

    def __init__(self, recogniser: Recogniser, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        self._recogniser = recogniser
        self._fetch = fetch

    async def words(self, media_id: str, format: str, until: float) -> str | None:
        """What was said; None when that is not known in time."""
        try:
            async with asyncio.timeout_at(until - SPARE_SECONDS):
                return await self._recogniser.recognise(await self._fetch(media_id), format)
        except (TimeoutError, WeChatError) as error:
            log.warning("voice_not_heard", kind=type(error).__name__)
        except Exception as error:  # noqa: BLE001 somebody else's program: its faults are not the person's
            log.error("recogniser_broken", kind=type(error).__name__)
        return None
