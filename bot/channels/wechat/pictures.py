"""Pictures a person sends: kept with their live case and nowhere else; without a case they are not even fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from anyio import to_thread

from bot.channels.wechat import texts
from bot.channels.wechat.errors import WeChatError
from bot.channels.wechat.offers import TARGET
from cases import people, receipts
from cases.database import Database
from cases.errors import CaseError
from service import casework
from settings import Settings

NAME = "微信图片"
SPARE_SECONDS = 0.8  # of the time the connection is open, for keeping and answering

log = structlog.get_logger("bot.wechat")


class Pictures:
    """`fetch`: media id -> bytes, raises WeChatError."""

    def __init__(self, database: Database, settings: Settings, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        self._database = database
        self._settings = settings
        self._fetch = fetch

    async def keep(self, openid: str, media_id: str, key: str, until: float) -> str | None:
        """What to answer; None when the person has no live case. A copy of the push keeps nothing twice."""
        case_id = await to_thread.run_sync(self._case, openid)
        if case_id is None:
            return None
        try:
            async with asyncio.timeout_at(until - SPARE_SECONDS):
                content = await self._fetch(media_id)
            await to_thread.run_sync(self._attach, case_id, key, content)
        except (TimeoutError, WeChatError) as error:
            log.warning("picture_not_kept", kind=type(error).__name__)
            return texts.PICTURE_LOST
        except CaseError as error:
            return f"{error}图片没有存下。"
        return texts.PICTURE_KEPT

    def _case(self, openid: str) -> str | None:
        with self._database.read() as session:
            person = people.find(session, channel=TARGET, value=openid)
            state = casework.speaking_case(session, person.id) if person else None
            return state.id if state else None

    def _attach(self, case_id: str, key: str, content: bytes) -> None:
        with self._database.write() as session:
            if receipts.record(session, TARGET, f"picture:{key}", "picture"):
                casework.attach(session, self._settings.data_dir, case_id, None, name=NAME, content=content)
