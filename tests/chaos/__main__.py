"""`make chaos`: 1,000 seeded runs; goes on where it was stopped. The result is kept in tests/chaos/result.json (committed)."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path

from tests.chaos.play import STEPS, stage

RESULT = Path(__file__).with_name("result.json")
RUNS = 1000
SAVE_EVERY = 20


def main(runs: int) -> int:
    result = json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {"runs": 0, "kills": {}, "failures": {}}
    kills = Counter(result["kills"])
    began = time.monotonic()
    with stage() as here:
        for seed in range(result["runs"], runs):
            try:
                kills += here.run(seed)
            except Exception as error:  # noqa: BLE001 counted, and the seed printed
                result["failures"][str(seed)] = f"{type(error).__name__}: {error}"
                print(f"种子 {seed}：{error}", flush=True)
            result["runs"] = seed + 1
            if (seed + 1) % SAVE_EVERY and seed + 1 != runs:
                continue
            result["kills"] = {step: kills[step] for step in STEPS}
            RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
            print(
                f"{seed + 1}/{runs}，{kills.total()} 次 kill -9，{len(result['failures'])} 次失败，{time.monotonic() - began:.0f} 秒",
                flush=True,
            )
    return int(bool(result["failures"]))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS))
