"""One piece of work in a process of its own, which kills itself at a chosen point of its way through the database."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from cases.database import Database

Moment = Literal["never", "statement", "commit", "committed"]
BROKEN, CUT_OFF = 3, 4  # exit codes of work that raised, and of work whose database went away


@dataclass(frozen=True)
class Death:
    """`statement`: before the `number`-th SQL statement; `commit`: all is written but not committed; `committed`: committed, but
    nobody was told. What happens then: kill -9, or `strike`, which takes the database away instead."""

    moment: Moment = "never"
    number: int = 0
    strike: Callable[[], None] | None = None

    def __call__(self) -> None:
        if self.strike:
            self.strike()
        else:
            os.kill(os.getpid(), signal.SIGKILL)


class Killed(Exception):  # noqa: N818 not an error: what the play is about
    """The work did not come to its end."""


def alone(database: Database, work: Callable[[Database], Any], death: Death) -> Any:
    """Run the work in a forked process with connections of its own and return what it returns. Raises Killed, and
    RuntimeError when the work raised."""
    database.engine.dispose()  # a connection must not be shared by two processes
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            os.close(reader)
            _arm(database, death)
            result = work(database)
            if death.moment == "committed":
                death()
            with os.fdopen(writer, "wb") as out:
                pickle.dump(result, out)
            code = 0
        except OperationalError:
            code = CUT_OFF if death.strike else BROKEN
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        result = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == BROKEN:
        raise RuntimeError("the work raised")
    if not os.WIFEXITED(status) or os.WEXITSTATUS(status) == CUT_OFF:
        raise Killed
    return pickle.loads(result)  # noqa: S301 our own child


def _arm(database: Database, death: Death) -> None:
    if death.moment == "statement":
        seen = iter(range(1, 10_000))

        def count(*_: Any) -> None:
            if next(seen) == death.number:
                death()

        event.listen(database.engine, "before_cursor_execute", count)
    if death.moment == "commit":
        event.listen(database.engine, "commit", lambda _: death())
