"""`python -m tests.bench.wechat`: the WeChat channel under load, through the real processes and a simulated WeChat.

300 people, 15 messages a second for three minutes; then 200 people at once; then as fast as eight people in a row can
talk, in turn with a bare Rasa tutorial bot on its REST endpoint. Afterwards everything that was shown is compared with what is stored: none lost, none doubled, in order per person.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from bot.channels.wechat.channel import parts
from cases import messages, people
from cases.database import Database
from cases.schema import messages as message_table
from settings import Settings
from settings.clock import Clock
from tests.bench import page, turns
from tests.bench.bare import running_bare
from tests.bench.common import QUESTIONS, Row, p
from tests.fakes.wechat import Delivery, FakeWeChat, Sender, openid, running_wechat
from tests.stack.conftest import Stack, data_dir_for, running

PEOPLE, PER_SECOND, SECONDS, BURST = 300, 15, 180.0, 200
TALKERS, TURNS_EACH, ROUNDS = 8, 25, 3
PUBLIC = "https://xiaofa.test"
LINK = re.compile(re.escape(PUBLIC) + r"/c/(c_[0-9a-f]{32})[^\"]*")  # its end differs from one rendering to the next
MOST_P95, LEAST_RATIO = 1.5, 0.8
SETTLED = 30.0  # longer than the worker waits before it says again what may have got lost


@dataclass
class Result:
    """`lost`, `doubled`, `disordered`: people to whom that happened; `late`: how many were answered by customer
    service; `p95`: of all, those among them with the time until the connection was let go."""

    sent: int = 0
    p50: float = 0.0
    p95: float = 0.0
    late: int = 0
    burst_seconds: float = 0.0
    burst_late: int = 0
    throughput: float = 0.0
    bare: float = 0.0
    wrong: list[str] = field(default_factory=list)
    faults: int = 0

    @property
    def ratio(self) -> float:
        return self.throughput / self.bare


@dataclass
class Load:
    wechat: FakeWeChat
    sender: Sender
    people: list[str]
    asked: dict[str, int] = field(default_factory=dict)

    async def agree(self) -> None:
        for start in range(0, len(self.people), 20):
            some = self.people[start : start + 20]
            self.wechat.account.followers.update(some)
            await asyncio.gather(*(self.sender.text(person, "同意") for person in some))
        await asyncio.sleep(1.1)  # WeChat's clock counts seconds

    async def ask(self, person: str) -> Delivery:
        number = self.asked[person] = self.asked.get(person, 0) + 1
        return await self.sender.text(person, QUESTIONS[(self.people.index(person) + number) % len(QUESTIONS)])

    async def steady(self, seconds: float) -> list[Delivery]:
        """Evenly spaced, whatever the answers take."""
        tasks, began = [], time.perf_counter()
        for number in range(int(seconds * PER_SECOND)):
            await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
            tasks.append(asyncio.create_task(self.ask(self.people[number % len(self.people)])))
        return list(await asyncio.gather(*tasks))

    async def throughput(self) -> float:
        """Turns a second when `TALKERS` people each send as soon as they are answered."""

        async def talk(person: str) -> None:
            for _ in range(TURNS_EACH):
                await self.ask(person)

        began = time.perf_counter()
        await asyncio.gather(*(talk(person) for person in self.people[:TALKERS]))
        return TALKERS * TURNS_EACH / (time.perf_counter() - began)


@asynccontextmanager
async def under_load(first_port: int = 29000) -> AsyncIterator[tuple[Load, Stack]]:
    """The real processes, with WeChat beside them."""
    async with running_wechat() as wechat:
        values = {**wechat.settings(), "public_url": PUBLIC}
        extra = {f"XIAOFA_{name.upper()}": str(value) for name, value in values.items()}
        log = Path(tempfile.mkdtemp()) / "run.log"
        starting = running(Stack(data_dir_for("bench-wechat"), log, first_port, extra))
        stack = await asyncio.to_thread(starting.__enter__)
        sender = wechat.sender(f"{stack.bot}/wechat")
        try:
            yield Load(wechat, sender, [openid() for _ in range(PEOPLE)]), stack
        finally:
            await sender.close()
            await asyncio.to_thread(starting.__exit__, None, None, None)


async def measure(seconds: float = SECONDS) -> Result:
    async with under_load() as (load, stack):
        account = load.wechat.account
        settings = Settings(data_dir=stack.data_dir, public_url=PUBLIC)
        database = Database(settings.database, secrets=settings.secrets)
        await load.agree()
        await load.steady(3)  # warm
        await answered(load, database)
        result = Result()
        steady = await load.steady(seconds)
        spans = [sum(made.seconds for made in delivery.tries) for delivery in steady]  # what came late counts as well
        result.p50, result.p95 = statistics.median(spans), p(spans, 0.95)
        result.late = sum(delivery.reply is None for delivery in steady)
        await answered(load, database)
        began = time.perf_counter()
        burst = await asyncio.gather(*(load.ask(person) for person in load.people[:BURST]))
        result.burst_late = sum(delivery.reply is None for delivery in burst)
        await answered(load, database)
        result.burst_seconds = time.perf_counter() - began
        result.throughput, result.bare = await beside_bare(load, stack.data_dir.parent / "bare")
        await answered(load, database)
        await asyncio.sleep(SETTLED)
        result.sent = sum(load.asked.values())
        result.faults = sum(shown.via == "fault" for shown in account.shown)
        result.wrong = await asyncio.to_thread(wrong, load, database, settings)
        database.close()
        return result


async def beside_bare(load: Load, folder: Path) -> tuple[float, float]:
    """Turns a second of ours and of the bare bot, in turn, the median of each."""
    starting = running_bare(folder)
    address = await asyncio.to_thread(starting.__enter__)
    try:
        talk = turns.talk_to_bare(address)
        await asyncio.to_thread(turns.spans, talk, 10)  # warm
        pairs = [(await load.throughput(), await asyncio.to_thread(turns.throughput, talk)) for _ in range(ROUNDS)]
    finally:
        await asyncio.to_thread(starting.__exit__, None, None, None)
    ours, theirs = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(theirs)


async def answered(load: Load, database: Database, seconds: float = 120.0) -> None:
    """Wait until everybody has seen as many answers as are stored, and every message has one."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        if not await asyncio.to_thread(waiting, database) and len(load.wechat.account.shown) >= sum(
            load.asked.values()
        ):
            return
        await asyncio.sleep(0.2)


def waiting(database: Database) -> bool:
    with database.read() as session:
        open_ = message_table.c.status.in_(("received", "answering", "failed"))
        return session.scalar(select(message_table.c.id).where(open_).limit(1)) is not None


def wrong(load: Load, database: Database, settings: Settings) -> list[str]:
    """What does not fit, a line a person: everything stored for them, in order, is what they saw, in order."""
    saying = parts(settings, Clock())
    found = []
    for number, person in enumerate(load.people):
        with database.read() as session:
            known = people.find(session, channel="wechat", value=person)
            entries = messages.history(session, known.id, limit=100_000) if known else []
        said = [entry.text for entry in entries if entry.author == "person"]
        cards = [entry.card for entry in entries if entry.card]
        expected = plain("\n\n".join("\n\n".join(saying(card["id"], card)) for card in cards))
        seen = plain("\n\n".join(load.wechat.account.seen_by(person)[1:]))  # the first is the thanks for agreeing
        if len(said) != load.asked.get(person, 0):
            found.append(f"{number}: {load.asked.get(person, 0)} sent, {len(said)} stored")
        elif seen != expected:
            found.append(f"{number}: seen {len(seen)} characters, stored {len(expected)}")
    return found


def plain(text: str) -> str:
    return LINK.sub(r"\1", text)


def report(result: Result) -> list[Row]:
    passive = f"p50 {result.p50:.2f} s，p95 {result.p95:.2f} s，客服消息 {result.late} 条"
    burst = f"{result.burst_seconds:.1f} s 内全部答完，客服消息 {result.burst_late} 条"
    rates = f"{result.throughput:.1f} 轮/秒；教程机器人 {result.bare:.1f} 轮/秒；比 {result.ratio:.2f}"
    wrong = "；".join(result.wrong[:5]) or "无"
    return [
        Row(f"{PEOPLE} 人每秒 {PER_SECOND} 条：被动回复", passive, f"p95 ≤ {MOST_P95} s", result.p95 <= MOST_P95),
        Row(f"{BURST} 人同时", burst),
        Row(f"吞吐，{TALKERS} 人同时", rates, f"比 ≥ {LEAST_RATIO}", result.ratio >= LEAST_RATIO),
        Row(f"丢失、重复、乱序（共 {result.sent:,} 条）", wrong, "无", not result.wrong),
        Row("微信的故障提示", str(result.faults), "0", not result.faults),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="平稳阶段的秒数")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    rows = report(asyncio.run(measure(parser.parse_args().seconds)))
    return page.finish("微信渠道", "python -m tests.bench.wechat", rows)


if __name__ == "__main__":
    raise SystemExit(main())
