"""What the measures share: questions, quantiles, memory, one row of the table, and how a part ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

QUESTIONS = [
    "房东不退押金", "公司不给交社保", "狗咬人谁赔", "借钱不还怎么办", "被公司辞退了", "二房东跑路了", "邻居漏水怎么办",
    "试用期被辞退有补偿吗", "遗嘱怎么写有效", "小孩打游戏充值了五千", "彩礼能退吗", "没签劳动合同",
]  # fmt: skip
HEADINGS = ("项目", "结果", "目标", "达到")
MARKS = {True: "是", False: "否", None: ""}


@dataclass(frozen=True)
class Row:
    """`fine` None: nothing was promised for it. `times`: the milliseconds behind it, for the plot."""

    what: str
    result: str
    target: str = ""
    fine: bool | None = None
    times: Sequence[float] = ()

    def cells(self) -> tuple[str, str, str, str]:
        return self.what, self.result, self.target, MARKS[self.fine]


def shown(parts: Sequence[tuple[str, Sequence[Row]]]) -> None:
    """Print one table of all parts, each under its name."""
    table = Table(*HEADINGS)
    for name, rows in parts:
        table.add_row(f"[bold]{name}")
        for row in rows:
            table.add_row(*row.cells())
        table.add_section()
    Console(width=130).print(table)


def status(rows: Sequence[Row]) -> int:
    """The exit status: 1 when a target was missed."""
    return int(any(row.fine is False for row in rows))


def p(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def question(number: int) -> str:
    """Never the same text twice in a row of numbers, so that no cache of vectors answers."""
    return QUESTIONS[number % len(QUESTIONS)] + "啊" * (number // len(QUESTIONS) % 7) + "，第" + str(number)


def resident_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
