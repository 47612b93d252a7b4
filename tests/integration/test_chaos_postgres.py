"""The chaos play on PostgreSQL: processes are killed, and the server itself is stopped at once in the middle of their work."""

from __future__ import annotations

from collections import Counter

from tests.chaos.play import RESTART, stage
from tests.fakes.postgres import needed_cluster


def test_nothing_is_lost_or_doubled_when_processes_and_the_database_die() -> None:
    kills: Counter[str] = Counter()
    with needed_cluster() as cluster, stage(cluster) as here:
        for seed in range(1):
            kills += here.run(seed)
    assert kills[RESTART] >= 3, kills
    assert kills["act"] and kills["answer"] and kills["speak"], kills
