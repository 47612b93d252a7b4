"""The five real processes, started once for all tests here, on ports and data of their own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import pytest_socket

ROOT = Path(__file__).resolve().parents[2]
PORTS = {"RASA": 26005, "ACTIONS": 26055, "BOT": 26000, "DESK": 26001}
STARTED_WITHIN = 240.0


def pytest_runtest_setup() -> None:
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


class Stack:
    """`bot`: address of the web page and API; `log`: where the processes print; `data_dir`: what they write."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, data_dir: Path) -> None:
        self.process = process
        self.log = log
        self.data_dir = data_dir
        self.bot = f"http://127.0.0.1:{PORTS['BOT']}"
        self.desk = f"http://127.0.0.1:{PORTS['DESK']}"
        self.actions = f"http://127.0.0.1:{PORTS['ACTIONS']}"

    def pid(self, name: str) -> int:
        """The process of one of the five, as honcho reported it."""
        return int(re.findall(rf"{name} started \(pid=(\d+)\)", self.log.read_text("utf-8", "replace"))[-1])


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    data_dir = Path(os.environ.get("XIAOFA_DATA_DIR", ROOT / "var"))
    for old in ("xiaofa.db", "xiaofa.db-wal", "xiaofa.db-shm", "rasa_tracker.db", "rasa_tracker.db-wal", "rasa_tracker.db-shm"):
        (data_dir / old).unlink(missing_ok=True)
    log = tmp_path_factory.mktemp("stack") / "run.log"
    environment = {**os.environ, **{f"XIAOFA_{name}_PORT": str(port) for name, port in PORTS.items()}}
    environment |= {"XIAOFA_DATA_DIR": str(data_dir), "XIAOFA_RATE_PER_MINUTE": "100000"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "xiaofa.cli", "run"], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            _wait(process, log)
            yield Stack(process, log, data_dir)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until:
        text = log.read_text("utf-8", "replace")
        if "龙华小法已就绪" in text:
            return
        if process.poll() is not None:
            break
        time.sleep(0.5)
    pytest.fail(f"the processes did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.bot, timeout=30, trust_env=False) as http:
        yield http
