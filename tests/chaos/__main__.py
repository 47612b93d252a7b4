"""`make chaos`: seeded runs of each play; goes on where it was stopped. What came out is kept in tests/chaos/result.json
(committed), with the seed of each failure. `python -m tests.chaos sqlite 50`: one play, up to that many runs."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from tests.chaos.play import stage
from tests.chaos.processes import office
from tests.fakes.postgres import running_cluster

RESULT = Path(__file__).with_name("result.json")
Run = Callable[[int], Counter[str]]


@contextmanager
def sqlite() -> Iterator[Run]:
    with stage() as here:
        yield here.run


@contextmanager
def postgres() -> Iterator[Run]:
    with running_cluster() as cluster, stage(cluster) as here:
        yield here.run


@contextmanager
def processes() -> Iterator[Run]:
    with tempfile.TemporaryDirectory(prefix="chaos") as folder, office(Path(folder)) as here:
        yield here.run


PLAYS: dict[str, tuple[Callable[[], AbstractContextManager[Run]], int]] = {
    "sqlite": (sqlite, 1000),
    "postgres": (postgres, 100),
    "processes": (processes, 25),
}
"""Each play, and how many runs it wants."""


def perform(name: str, runs: int) -> int:
    """The runs that are still to do; returns how many failed, of all."""
    kept: dict[str, Any] = _kept().get(name, {"runs": 0, "kills": {}, "failures": {}})
    if kept["runs"] >= runs:
        return len(kept["failures"])
    began, kills = time.monotonic(), Counter(kept["kills"])
    with PLAYS[name][0]() as run:
        for seed in range(kept["runs"], runs):
            try:
                kills += run(seed)
            except Exception as error:  # noqa: BLE001 counted, and the seed printed
                kept["failures"][str(seed)] = f"{type(error).__name__}: {error}"
                print(f"{name} 种子 {seed}：{error}", flush=True)
            kept |= {"runs": seed + 1, "kills": dict(sorted(kills.items()))}
            _keep(_kept() | {name: kept})
            print(
                f"{name} {seed + 1}/{runs}，{kills.total()} 次，{len(kept['failures'])} 次失败，"
                f"{time.monotonic() - began:.0f} 秒",
                flush=True,
            )
    return len(kept["failures"])


def _kept() -> dict[str, Any]:
    return dict(json.loads(RESULT.read_text("utf-8"))) if RESULT.exists() else {}


def _keep(results: dict[str, Any]) -> None:
    """At once: another play may be reading."""
    fresh = RESULT.with_suffix(".new")
    fresh.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf-8")
    fresh.replace(RESULT)


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers end with us
    if arguments:
        name, *more = arguments
        return int(perform(name, int(more[0]) if more else PLAYS[name][1]) > 0)
    return int(sum(perform(name, runs) for name, (_, runs) in PLAYS.items()) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
