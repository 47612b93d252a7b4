"""`make bench`, its last part: search, the cold start, turns, throughput, memory and the throttled phone, through processes it
starts itself, with a bare Rasa tutorial bot beside them in the same run; then `xiaofa eval` where its questions are. Ends with
one table of all that, and of what the other parts have written. Needs an idle machine; no test depends on it."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import cold, page, phone, search, turns
from tests.bench.bare import running_bare
from tests.bench.common import Row, shown, status
from tests.stack.conftest import Stack, data_dir_for, running
from xiaofa import evaluate, plots

TITLE, PLOT = "检索与对话", "speed.svg"


def main() -> int:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    rows = measure()
    drawn = {row.what.partition("，")[0]: row.times for row in rows if row.times}
    (page.PAGE.parent / PLOT).write_text(plots.quantiles("要多少毫秒，从最快的到最慢的", drawn), "utf-8")
    page.write(TITLE, "make bench", rows, PLOT)
    found = [(f"{title} {page.day_of(body)}", page.rows_of(body)) for title, body in page.sections().items()]
    parts = [(title, rows_there) for title, rows_there in found if rows_there]
    if evaluate.QUESTIONS.exists():
        lines = evaluate.measured(evaluate.PAGE, rivals=True)
        parts.append(("xiaofa eval", [Row(f"{w.what}（{w.asked}）", w.result, w.target, w.fine) for w in lines]))
    shown(parts)
    return status(rows)


def measure() -> list[Row]:
    rows = search.measure(data_dir_for("bench-search"))
    rows.append(cold.build(data_dir_for("bench-cold")))
    data_dir = data_dir_for("bench")
    search.with_every_vector(data_dir)
    log = Path(tempfile.mkdtemp()) / "run.log"
    started = time.monotonic()
    with running(Stack(data_dir, log, 28000, {"XIAOFA_MAX_TEXT": "4000"})) as stack:
        rows.append(cold.first_answer(stack, started))
        with running_bare(data_dir.parent / "bare") as bare:
            rows += turns.measure(stack, bare)
        rows += phone.measure(stack)
    return rows


if __name__ == "__main__":
    sys.exit(main())
