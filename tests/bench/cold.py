"""Cold: the index built in an empty folder, and the first answer after all processes were started."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.bench.common import QUESTIONS, Row
from tests.stack.conftest import ROOT, Stack
from tests.stack.talk import Person

MOST_BUILDING, MOST_WAITING = 180.0, 40.0


def build(data_dir: Path) -> Row:
    """`xiaofa index` with models and statute book there and no index at all. The vectors that came with the checkout are
    used, as they are at everybody's first start."""
    index = data_dir / "index"
    index.unlink()
    index.mkdir()
    command = [sys.executable, "-m", "xiaofa.cli", "index", "--core"]
    environment = {**os.environ, "XIAOFA_DATA_DIR": str(data_dir)}
    started = time.monotonic()
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    spent = time.monotonic() - started
    what = "索引从空文件夹建起（解答、指引、核心法律）"
    return Row(what, f"{spent:.0f} s", f"≤ {MOST_BUILDING:.0f} s", spent <= MOST_BUILDING)


def first_answer(stack: Stack, started: float) -> Row:
    """`started`: when `running` began to start the processes, by the monotonic clock. Ask this before anything else."""
    with httpx.Client(base_url=stack.bot, timeout=60, trust_env=False) as http:
        cards = Person(http).say(QUESTIONS[0])
    spent = time.monotonic() - started
    assert cards, "no card came"
    return Row("从启动五个进程到第一张答案卡", f"{spent:.1f} s", f"≤ {MOST_WAITING:.0f} s", spent <= MOST_WAITING)
