"""One piece of work in a process of its own, which kills itself at a chosen point of its way through the database."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import event

from cases.database import Database

Moment = Literal["never", "statement", "commit", "committed"]
BROKEN = 3  # exit code of work that raised


@dataclass(frozen=True)
class Death:
    """`statement`: before the `number`-th SQL statement; `commit`: all is written but not committed; `committed`: committed, but
    nobody was told."""

    moment: Moment = "never"
    number: int = 0


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def alone(database: Database, work: Callable[[Database], Any], death: Death) -> bool:
    """Run the work in a forked process with connections of its own; True when it came to its end. Raises RuntimeError when
    it raised."""
    database.engine.dispose()  # a connection must not be shared by two processes
    child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            _arm(database, death)
            work(database)
            if death.moment == "committed":
                die()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise RuntimeError("the work raised")
    return os.WIFEXITED(status)


def _arm(database: Database, death: Death) -> None:
    if death.moment == "statement":
        seen = iter(range(1, 10_000))

        def count(*_: Any) -> None:
            if next(seen) == death.number:
                die()

        event.listen(database.engine, "before_cursor_execute", count)
    if death.moment == "commit":
        event.listen(database.engine, "commit", lambda _: die())
