"""Turn latency at turns 1, 20 and 60, throughput, search time and memory, against processes it starts itself."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from tests.stack.conftest import Stack, data_dir_for, running
from tests.stack.talk import Person

QUESTIONS = [
    "房东不退押金", "公司不给交社保", "狗咬人谁赔", "借钱不还怎么办", "被公司辞退了", "二房东跑路了", "邻居漏水怎么办",
    "试用期被辞退有补偿吗", "遗嘱怎么写有效", "小孩打游戏充值了五千", "彩礼能退吗", "没签劳动合同",
]  # fmt: skip
PEOPLE, TURNS_EACH = 8, 20


def p(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def timed(person: Person, text: str) -> float:
    started = time.perf_counter()
    person.say(text)
    return (time.perf_counter() - started) * 1000


def resident_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure(stack: Stack) -> list[tuple[str, str]]:
    rows = []
    with httpx.Client(base_url=stack.bot, timeout=60, trust_env=False) as http:
        person, spans = Person(http), []
        for turn in range(80):
            spans.append(timed(person, f"{QUESTIONS[turn % len(QUESTIONS)]}{'啊' * (turn // len(QUESTIONS))}"))
    for name, part in (("第 1-20 轮", spans[:20]), ("第 21-60 轮", spans[20:60]), ("第 61-80 轮", spans[60:])):
        rows.append((f"一轮 {name}", f"p50 {statistics.median(part):.0f} ms，p95 {p(part, 0.95):.0f} ms"))

    def one(number: int) -> int:
        with httpx.Client(base_url=stack.bot, timeout=60, trust_env=False) as http:
            person = Person(http)
            return sum(bool(person.say(QUESTIONS[(number + turn) % len(QUESTIONS)])) for turn in range(TURNS_EACH))

    started = time.perf_counter()
    with ThreadPoolExecutor(PEOPLE) as pool:
        done = sum(pool.map(one, range(PEOPLE)))
    rows.append((f"吞吐，{PEOPLE} 人同时", f"{done / (time.perf_counter() - started):.1f} 轮/秒"))
    rows.append(("动作服务器常驻内存", f"{resident_megabytes(stack.pid('actions')):.0f} MB"))
    return rows


def main() -> None:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    log = Path(tempfile.mkdtemp()) / "run.log"
    with running(Stack(data_dir_for("bench"), log, 28000, {"XIAOFA_MAX_TEXT": "4000"})) as stack:
        table = Table("项目", "结果")
        for row in measure(stack):
            table.add_row(*row)
        Console().print(table)


if __name__ == "__main__":
    main()
