"""Progress of long steps, on one line a step, also where no terminal is attached."""

from __future__ import annotations

import sys
import time


class Progress:
    """Callable as `report(what, done, total)`; prints at most once every two seconds, and the end of each step."""

    def __init__(self) -> None:
        self._last = 0.0
        self._what = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        ended = total > 0 and done >= total
        if what == self._what and not ended and now - self._last < 2:
            return
        self._what, self._last = what, now
        share = f" {done}/{total}" if total > 1 else ""
        end = "\n" if ended or not sys.stderr.isatty() else "\r"
        print(f"  {what}{share}", end=end, file=sys.stderr, flush=True)
