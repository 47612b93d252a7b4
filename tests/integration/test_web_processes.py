"""Two real bot processes on one database, and people on the web: one is killed (kill -9) in the middle of a message, the other
answers it, once and before what is said next."""

import asyncio
import uuid
from collections import Counter

import httpx
import pytest
from sqlalchemy import func, select

from cases.schema import leases
from tests.fakes.mortal import BOT_POINTS
from tests.fakes.processes import town
from tests.fakes.rasa import Page
from tests.integration.test_wechat_processes import until

POINTS = [point for point in BOT_POINTS if "reply" not in point]  # replies are WeChat's


def page_at(bot, **cookies):
    return Page(httpx.AsyncClient(base_url=bot.removesuffix("/wechat"), cookies=cookies, timeout=30, trust_env=False))


async def cut_off(point, dying, healthy):
    """Asks the bot that dies of it; as the page does, the same message goes to the one that is left."""
    first, words, client_id = page_at(dying), f"问{point}", str(uuid.uuid4())
    await first.start()
    with pytest.raises(httpx.TransportError):
        await first.send(words, client_id)
    second = page_at(healthy, **dict(first.http.cookies))
    await first.http.aclose()
    await second.start(consent=False)
    assert (await second.send(words, client_id)).status_code == 200
    return second


def held(here):
    """How many people somebody, dead or alive, is busy with."""
    with here.rasa.database.read() as session:
        return session.scalar(select(func.count()).select_from(leases).where(leases.c.until > session.now))


async def test_a_message_of_a_killed_bot_is_answered_once_by_the_other(tmp_path):
    async with town(tmp_path / "data", rasa_seconds=4.0, lease_seconds=5.0) as here:
        (healthy, alive), *dying = await asyncio.gather(here.bot(), *(here.bot(point) for point in POINTS))
        pages = await asyncio.gather(
            *(cut_off(point, bot, healthy) for point, (bot, _) in zip(POINTS, dying, strict=True))
        )
        await until(lambda: all(process.poll() == -9 for _, process in dying), 20)
        assert all(process.poll() == -9 for _, process in dying)
        await until(lambda: not held(here))
        await asyncio.gather(*(page.say(f"又问{point}") for point, page in zip(POINTS, pages, strict=True)))
        await until(lambda: not held(here))
        for point, page in zip(POINTS, pages, strict=True):
            words = [f"问{point}", f"又问{point}"]
            entries = await page.history()
            assert [entry["text"] for entry in entries if entry["author"] == "person"] == words
            assert [entry["card"]["conclusion"] for entry in entries if "card" in entry] == [
                f"回答：{w}" for w in words
            ]
            await page.http.aclose()
        assert set(Counter(text for _, text in here.rasa.runs).values()) == {1}
        assert alive.poll() is None
