"""Open pages hear of a change once; one that fails or hangs keeps nobody else from hearing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cases import people
from cases.database import Database
from desk import pulse
from desk.pulse import Pulse
from settings import Settings
from tests.fakes.empty import empty_database


@asynccontextmanager
async def beating(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Pulse, Database]]:
    monkeypatch.setattr(pulse, "EVERY", 0.01)
    monkeypatch.setattr(pulse, "PATIENCE", 0.05)
    empty_database(folder / "xiaofa.db")
    settings = Settings(data_dir=folder)
    database = Database(settings.database, secrets=settings.secrets)
    made = Pulse(database)
    task = asyncio.create_task(made.run())
    try:
        while made.beats == 0:  # the first look finds "something" always
            await asyncio.sleep(0.01)
        yield made, database
    finally:
        task.cancel()
        made.close()
        database.close()


def change(database: Database) -> None:
    with database.write() as session:
        people.find_or_create(session, channel="web", value="somebody")


async def test_everybody_hears_once_also_beside_one_that_fails_and_one_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    async def fails() -> None:
        raise RuntimeError("a broken page")

    async def hangs() -> None:
        await asyncio.Event().wait()

    async def fine(name: str) -> None:
        heard.append(name)

    async with beating(tmp_path, monkeypatch) as (made, database):
        for listener in (fails, hangs, lambda: fine("one"), lambda: fine("two")):
            made.listen(listener)
        left = made.listen(lambda: fine("gone"))
        left()
        change(database)
        async with asyncio.timeout(10):
            while len(heard) < 2:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        assert sorted(heard) == ["one", "two"]


async def test_who_asks_the_same_shares_one_look_until_the_next_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    async def look() -> int:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0.01)
        return looks

    async with beating(tmp_path, monkeypatch) as (made, database):
        assert await asyncio.gather(*(made.shared(("queue",), look) for _ in range(5))) == [1] * 5
        assert await made.shared(("another",), look) == 2
        before = made.beats
        change(database)
        async with asyncio.timeout(10):
            while made.beats == before:
                await asyncio.sleep(0.01)
        assert await made.shared(("queue",), look) == 3
