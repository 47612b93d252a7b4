"""What the measures share: questions, quantiles, memory, and one row of the table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

QUESTIONS = [
    "房东不退押金", "公司不给交社保", "狗咬人谁赔", "借钱不还怎么办", "被公司辞退了", "二房东跑路了", "邻居漏水怎么办",
    "试用期被辞退有补偿吗", "遗嘱怎么写有效", "小孩打游戏充值了五千", "彩礼能退吗", "没签劳动合同",
]  # fmt: skip


@dataclass(frozen=True)
class Row:
    """`fine` None: nothing was promised for it."""

    what: str
    result: str
    target: str = ""
    fine: bool | None = None


def p(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def question(number: int) -> str:
    """Never the same text twice in a row of numbers, so that no cache of vectors answers."""
    return QUESTIONS[number % len(QUESTIONS)] + "啊" * (number // len(QUESTIONS) % 7) + "，第" + str(number)


def resident_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
