"""docs/benchmarks/speed.md: a section for each part of the bench, written by that part; all others stay as they are."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import psutil

from settings import PROJECT_ROOT
from settings.clock import Clock
from tests.bench.common import HEADINGS, MARKS, Row, shown, status

PAGE = PROJECT_ROOT / "docs" / "benchmarks" / "speed.md"
HEAD = "# 速度与内存\n\n`make bench` 量的，每一节由量它的命令自己写。数字随机器变，看比值；目标在每一行后面。"
FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")  # what the vectors' arithmetic uses
CPU = Path("/proc/cpuinfo")


def finish(title: str, command: str, rows: Sequence[Row]) -> int:
    """Print the rows of a part, write them to its section; returns the exit status."""
    shown([(title, rows)])
    write(title, command, rows)
    return status(rows)


def write(title: str, command: str, rows: Sequence[Row], plot: str = "", page: Path = PAGE) -> None:
    """Put these rows in place of the section of this title, or after all others. `plot`: an image beside the page."""
    lines = [
        f"`{command}`，{Clock().today()}，{machine()}。",
        "",
        f"| {' | '.join(HEADINGS)} |",
        "|---" * len(HEADINGS) + "|",
        *(f"| {' | '.join(row.cells())} |" for row in rows),
        *(("", f"![{title}]({plot})") if plot else ()),
    ]
    found = {**sections(page), title: "\n".join(lines)}
    text = "\n\n".join([HEAD, *(f"## {name}\n\n{body}" for name, body in found.items())])
    page.write_text(text + "\n", "utf-8")


def sections(page: Path = PAGE) -> dict[str, str]:
    """Title -> what stands under it."""
    parts = page.read_text("utf-8").split("\n## ")[1:] if page.exists() else []
    return {title.strip(): body.strip() for title, _, body in (part.partition("\n") for part in parts)}


def rows_of(body: str) -> list[Row]:
    """The rows of a section's table."""
    fine = {mark: value for value, mark in MARKS.items()}
    lines = [line for line in body.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    return [Row(what, result, target, fine[mark]) for what, result, target, mark in cells]


def day_of(body: str) -> str:
    """The day a section was measured on; empty when it does not say."""
    day = re.search(r"\d{4}-\d\d-\d\d", body)
    return day[0] if day else ""


def machine() -> str:
    """Cores, memory, processor and those of its instructions that matter here."""
    told = CPU.read_text() if CPU.exists() else ""
    model = re.search(r"^model name\s*: (.+)$", told, re.MULTILINE)
    flags = re.search(r"^flags\s*: (.+)$", told, re.MULTILINE)
    has = [flag for flag in FLAGS if flags and flag in flags[1].split()]
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} 个核、{memory:.0f} GiB、{model[1] if model else '处理器不明'}（{'、'.join(has) or '无 AVX2'}）"
