"""The five real processes, started once for all tests here, on ports and data of their own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import pytest_socket

ROOT = Path(__file__).resolve().parents[2]
PORTS = {"RASA": 5, "ACTIONS": 55, "BOT": 0, "DESK": 1}
STARTED_WITHIN = 240.0
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))  # each has stacks of its own
# Another clone at work on this machine takes another shift.
PORT_SHIFT = int(os.environ.get("XIAOFA_TEST_PORT_SHIFT", "0")) + 100 * WORKER


LONGEST = ["test_chaos", "test_desk_browser", "test_kill", "test_desk_wechat", "test_checkup", "test_mutation"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first: begun last, one would keep one worker busy while the other has nothing left to do."""
    rank = {f"{name}.py": number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(LONGEST)))


def pytest_runtest_setup() -> None:
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


class Stack:
    """`bot`, `desk`, `actions`: addresses; `log`: where the processes print; `data_dir`: what they write;
    `muted`: name an action in this file and it says nothing (mutation run only)."""

    def __init__(self, data_dir: Path, log: Path, first_port: int, extra: dict[str, str]) -> None:
        self.data_dir, self.log, self.muted = data_dir, log, log.with_name("muted")
        ports = {name: str(first_port + PORT_SHIFT + offset) for name, offset in PORTS.items()}
        addresses = (f"http://127.0.0.1:{ports[name]}" for name in ("BOT", "DESK", "ACTIONS", "RASA"))
        self.bot, self.desk, self.actions, self.rasa = addresses
        self.environment = {
            **os.environ,  # the pinned day is in it: tests/conftest.py
            **{f"XIAOFA_{name}_PORT": port for name, port in ports.items()},
            "XIAOFA_DATA_DIR": str(data_dir),
            "XIAOFA_RATE_PER_MINUTE": "100000",
            "XIAOFA_EMBED_REST": "false",  # ten minutes of a core in each stack; tests/integration has it done
            **extra,
        }

    def pid(self, name: str) -> int:
        """The running process of one of the five: the child of the shell that honcho reported."""
        text = self.log.read_text("utf-8", "replace")
        shell = re.findall(rf"\| {name} started \(pid=(\d+)\)", text)[-1]
        return int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[0])


@contextmanager
def running(stack: Stack) -> Iterator[Stack]:
    """Start the five, wait until all are healthy, and end them as Ctrl-C does."""
    command = [sys.executable, "-m", "xiaofa.cli", "run"]
    with stack.log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=stack.environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait(process, stack.log)
            yield stack
        finally:
            pids = _pids(stack)
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
            left = [name for name, pid in pids.items() if _alive(pid)]
            for name in left:
                os.kill(pids[name], signal.SIGKILL)
            assert not left, f"Ctrl-C left running: {left}"


def _pids(stack: Stack) -> dict[str, int]:
    found = {}
    for name in ("rasa", "actions", "bot", "desk", "worker"):
        try:
            found[name] = stack.pid(name)
        except (OSError, IndexError):  # never started, or between being killed and starting again
            continue
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def data_dir_for(name: str) -> Path:
    """A data folder of its own that shares models and indexes with the usual one, so that nothing is built twice."""
    usual = Path(os.environ.get("XIAOFA_DATA_DIR", ROOT / "var"))
    mine = usual / "stacks" / f"{name}-{WORKER}"
    shutil.rmtree(mine, ignore_errors=True)
    mine.mkdir(parents=True)
    for shared in ("models", "index", "statutes"):
        (usual / shared).mkdir(parents=True, exist_ok=True)
        (mine / shared).symlink_to(usual / shared)
    return mine


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(Stack(data_dir_for("plain"), tmp_path_factory.mktemp("stack") / "run.log", 26000, {})) as started:
        yield started


@pytest.fixture(scope="session")
def mutable_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    log = tmp_path_factory.mktemp("mutable") / "run.log"
    extra = {"XIAOFA_ACTIONS_MODULE": "tests.stack.muted_actions", "XIAOFA_MUTED": str(log.with_name("muted"))}
    with running(Stack(data_dir_for("mutable"), log, 27000, extra)) as started:
        yield started


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
