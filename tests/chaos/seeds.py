"""`python -m tests.chaos.seeds 40`: so many runs on SQLite, one after the other; prints as JSON how often each step was killed.
A process of its own: forks out of a test worker of a gigabyte take three times as long."""

from __future__ import annotations

import json
import sys
from collections import Counter

from tests.chaos.play import stage


def main(runs: int) -> Counter[str]:
    """Raises Lost with the first seed after which something is missing or there twice."""
    kills: Counter[str] = Counter()
    with stage() as here:
        for seed in range(runs):
            try:
                kills += here.run(seed)
            except Exception as error:
                error.add_note(f"种子 {seed}")
                raise
    return kills


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
