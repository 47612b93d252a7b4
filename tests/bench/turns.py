"""Turns through all five processes, and the same against the bare bot, in the same run."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.bench.common import Row, p, question, resident_megabytes
from tests.stack.conftest import Stack
from tests.stack.talk import Person

PEOPLE, LONG = 12, 62  # conversations measured, and turns of each
TOGETHER, TURNS_EACH, ROUNDS = 8, 20, 3
AT = {1: (0, 1, 2), 20: (18, 19, 20), 60: (58, 59, 60)}  # turns near the named one, for enough samples
MOST_P95, LEAST_RATIO, MOST_MEGABYTES = 120.0, 0.8, 900.0

_numbers = itertools.count()
Talk = Callable[[], Callable[[str], object]]


def talk_to_ours(address: str) -> Talk:
    """One request a turn, as the page sends it; `Person.say` would read the whole conversation before each."""

    def begin() -> Callable[[str], object]:
        person = Person(httpx.Client(base_url=address, timeout=60, trust_env=False))
        return lambda text: person.answered(text)["cards"]

    return begin


def talk_to_bare(address: str) -> Talk:
    def begin() -> Callable[[str], object]:
        http, sender = httpx.Client(timeout=60, trust_env=False), f"p{next(_numbers)}"
        return lambda text: http.post(address, json={"sender": sender, "message": text}).raise_for_status().json()[0]

    return begin


def spans(talk: Talk, turns: int) -> list[float]:
    """Milliseconds of each turn of one conversation."""
    say, found = talk(), []
    for _ in range(turns):
        text = question(next(_numbers))
        started = time.perf_counter()
        say(text)
        found.append((time.perf_counter() - started) * 1000)
    return found


def throughput(talk: Talk) -> float:
    """Turns a second with several people at once."""
    says = [talk() for _ in range(TOGETHER)]

    def one(say: Callable[[str], object]) -> int:
        return sum(bool(say(question(next(_numbers)))) for _ in range(TURNS_EACH))

    started = time.perf_counter()
    with ThreadPoolExecutor(TOGETHER) as pool:
        done = sum(pool.map(one, says))
    return done / (time.perf_counter() - started)


def measure(stack: Stack, bare: str) -> list[Row]:
    ours, theirs = talk_to_ours(stack.bot), talk_to_bare(bare)
    for talk in (ours, theirs):
        spans(talk, 10)  # warm
    conversations = []
    for number in range(PEOPLE):
        conversations.append(spans(ours, LONG))
        print(f"  一轮一轮地谈 {number + 1}/{PEOPLE}", end="\r", flush=True)
    rows = []
    for turn, places in AT.items():
        values = [conversation[place] for conversation in conversations for place in places]
        p95 = p(values, 0.95)
        text = f"p50 {statistics.median(values):.0f} ms，p95 {p95:.0f} ms"
        rows.append(Row(f"第 {turn} 轮（逐个）", text, f"p95 ≤ {MOST_P95:.0f} ms", p95 <= MOST_P95, values))
    single = spans(theirs, 60)
    text = f"p50 {statistics.median(single):.0f} ms，p95 {p(single, 0.95):.0f} ms"
    rows.append(Row("教程机器人（逐个）", text, times=single))
    pairs = [(throughput(ours), throughput(theirs)) for _ in range(ROUNDS)]
    mine, bare_rate = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = mine / bare_rate
    rows.append(Row(f"吞吐，{TOGETHER} 人同时", f"{mine:.1f} 轮/秒；教程机器人 {bare_rate:.1f} 轮/秒"))
    rows.append(Row("吞吐之比", f"{ratio:.2f}", f"≥ {LEAST_RATIO}", ratio >= LEAST_RATIO))
    memory = resident_megabytes(stack.pid("actions"))
    rows.append(Row("动作服务器常驻内存", f"{memory:.0f} MB", f"≤ {MOST_MEGABYTES:.0f} MB", memory <= MOST_MEGABYTES))
    return rows
