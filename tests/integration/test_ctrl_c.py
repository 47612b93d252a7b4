"""Ctrl-C, SIGTERM, a closed terminal or a failure leaves nothing running of what a long step started."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from settings import PROJECT_ROOT
from xiaofa import children, prepare


class Stand:
    """Stand-ins for long commands: each notes its own process and one it starts, and goes on for ten minutes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._noted = folder / "pids"
        self.lingers = f"sleep 600 & echo $! $$ >> {shlex.quote(str(self._noted))}; wait"
        (folder / "python").write_text(f"#!/bin/sh\n{self.lingers}\n")
        (folder / "python").chmod(0o755)
        self.train = (
            "from pathlib import Path; from xiaofa import train; train.check_yaml = lambda: None;"
            f"train.RASA_PYTHON = Path({str(folder / 'python')!r}); train.train(force=True)"
        )

    def prepare(self, *steps: list[str]) -> str:
        return f"from xiaofa import prepare; prepare.STEPS = {list(steps)!r}; prepare.prepare()"

    def begin(self, command: list[str], noted: int) -> subprocess.Popen[bytes]:
        """Start it as the shell of a terminal would; returns when so many processes stand in the note."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, start_new_session=True, preexec_fn=_as_in_a_terminal, **quiet
        )
        until = time.monotonic() + 30
        while len(self.pids()) < noted:
            assert process.poll() is None and time.monotonic() < until, self.pids()
            time.sleep(0.05)
        assert self.alive() == self.pids()
        return process

    def pids(self) -> list[int]:
        return [int(pid) for pid in self._noted.read_text().split()] if self._noted.exists() else []

    def alive(self) -> list[int]:
        return [pid for pid in self.pids() if _runs(pid)]

    def left(self) -> list[int]:
        """Those that stay: what was killed and is nobody's child any more takes a moment to go."""
        until = time.monotonic() + 5
        while self.alive() and time.monotonic() < until:
            time.sleep(0.05)
        return self.alive()


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    stand = Stand(tmp_path)
    yield stand
    for pid in stand.alive():
        os.kill(pid, signal.SIGKILL)


def python(source: str) -> list[str]:
    return [sys.executable, "-c", source]


def shell(line: str) -> list[str]:
    return ["sh", "-c", line]


def _as_in_a_terminal() -> None:
    """The tests may themselves run under nohup, whose children ignore SIGHUP."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_training_ends_with_its_command(stand: Stand, number: signal.Signals) -> None:
    process = stand.begin(python(stand.train), noted=2)
    process.send_signal(number)
    assert process.wait(20) == 128 + number
    assert stand.left() == []


def test_also_where_a_shell_started_it_in_the_background(stand: Stand) -> None:
    process = stand.begin(shell(f"trap '' INT; exec {shlex.join(python(stand.train))}"), noted=2)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    assert stand.left() == []


def test_ctrl_c_ends_both_steps_and_what_they_started(stand: Stand) -> None:
    process = stand.begin(python(stand.prepare(python(stand.train), shell(stand.lingers))), noted=4)
    os.killpg(process.pid, signal.SIGINT)
    os.killpg(process.pid, signal.SIGINT)  # an impatient one
    assert process.wait(20) == 130
    assert stand.left() == []


def test_who_does_not_listen_is_killed(stand: Stand) -> None:
    deaf = stand.prepare(shell(f"trap '' TERM; {stand.lingers}; wait"))
    process = stand.begin(python(f"from xiaofa import prepare; prepare.PATIENCE = 0.3; {deaf}"), noted=2)
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 130
    assert stand.left() == []


def test_a_step_that_fails_ends_the_other(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    fails = f"until [ -s {shlex.quote(str(stand.folder / 'pids'))} ]; do sleep 0.05; done; exit 3"
    monkeypatch.setattr(prepare, "STEPS", [shell(stand.lingers), shell(fails)])
    with pytest.raises(typer.Exit) as ended:
        prepare.prepare()
    assert ended.value.exit_code == 3
    assert len(stand.pids()) == 2
    assert stand.left() == []


def test_a_step_that_was_killed_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "STEPS", [shell("kill -9 $$")])
    with pytest.raises(prepare.PrepareError, match="信号 9.*内存") as caught:
        prepare.prepare()
    assert str(caught.value).count("\n") == 0


def test_steps_that_succeed_are_both_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last = tmp_path / "last"
    monkeypatch.setattr(prepare, "STEPS", [shell("exit 0"), shell(f"sleep 0.5; : > {shlex.quote(str(last))}")])
    prepare.prepare()
    assert last.exists()


def test_what_signals_did_before_they_do_again() -> None:
    before = [signal.getsignal(number) for number in children.ENDING]
    with children.Children():
        assert [signal.getsignal(number) for number in children.ENDING] != before
    assert [signal.getsignal(number) for number in children.ENDING] == before


def test_an_error_of_ours_ends_them_too(stand: Stand) -> None:
    with pytest.raises(ZeroDivisionError), children.Children() as started:
        started.start(shell(stand.lingers))
        while len(stand.pids()) < 2:
            time.sleep(0.05)
        _ = 1 / 0
    assert stand.left() == []


def test_the_training_beside_the_unit_tests_ends_with_them(stand: Stand) -> None:
    clone = stand.folder / "clone"
    (clone / "deploy").mkdir(parents=True)
    shutil.copy(PROJECT_ROOT / "deploy" / "test.sh", clone / "deploy")
    (clone / ".venv" / "bin").mkdir(parents=True)
    xiaofa = clone / ".venv" / "bin" / "xiaofa"
    xiaofa.write_text(f'#!/bin/sh\n[ "$1" = train ] || exec sleep 600\n{stand.lingers}\n')
    xiaofa.chmod(0o755)
    script = ["env", "--default-signal=INT", "bash", str(clone / "deploy" / "test.sh")]
    process = stand.begin(script, noted=2)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(20) != 0
    assert stand.left() == []


def test_make_run_leaves_nothing_to_the_shell() -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text("utf-8")
    (recipe,) = re.findall(r"^run:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert "xiaofa prepare" in recipe
    assert "&" not in recipe  # a job in the background does not hear Ctrl-C
