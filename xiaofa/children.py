"""Commands started beside us: each leads a process group of its own, so that what it starts ends with it."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from os import killpg
from types import FrameType
from typing import Any, Self

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK = 0.2  # seconds between two looks
PATIENCE = 5.0  # seconds from being told to end to being killed


class Children:
    """Context manager. However its block ends, by an error too, every child still running ends, and what it started.

    A signal that asks us to end is only noted, for `go_on`: an exception in the middle could come between the start of a
    child and our knowing of it, or keep us from ending the rest."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._started: list[subprocess.Popen[str]] = []
        self._asked = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in ENDING:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:  # nohup: meant to go on
                continue
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *error: object) -> None:
        self._end_all()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def start(self, command: Sequence[str], **options: Any) -> subprocess.Popen[str]:
        """`options` as for `subprocess.Popen`."""
        child = subprocess.Popen(command, process_group=0, text=True, **options)  # noqa: S603  our own commands
        self._started.append(child)
        return child

    def go_on(self) -> None:
        """To be called again and again while waiting. Raises SystemExit when a signal has asked us to end."""
        if self._asked:
            raise SystemExit(128 + self._asked)

    def wait(self) -> int:
        """Until all have ended well, or one has not: its code, negative when a signal killed it. Raises SystemExit."""
        while True:
            self.go_on()
            codes = [child.poll() for child in self._started]
            failed = next((code for code in codes if code), 0)
            if failed or None not in codes:
                return failed
            time.sleep(TICK)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._asked = number

    def _end_all(self) -> None:
        running = [child for child in self._started if child.poll() is None]
        for child in running:
            _signal_group(child, signal.SIGTERM)
        until = time.monotonic() + self._patience
        while time.monotonic() < until and any(child.poll() is None for child in running):
            time.sleep(TICK)
        for child in running:  # also where the child itself has ended: something it started may not have
            _signal_group(child, signal.SIGKILL)
            child.wait()


def _signal_group(child: subprocess.Popen[str], number: int) -> None:
    with suppress(ProcessLookupError):
        killpg(child.pid, number)
