"""`make bench`: turns, throughput, search, memory and the throttled phone, through processes it starts itself, with a bare
Rasa tutorial bot beside them in the same run. Needs an idle machine; no test depends on it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import phone, search, turns
from tests.bench.bare import running_bare
from tests.bench.common import Row
from tests.stack.conftest import Stack, data_dir_for, running

MARKS = {True: "是", False: "否", None: ""}


def main() -> int:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    data_dir = data_dir_for("bench")
    rows: list[Row] = search.measure(data_dir)
    log = Path(tempfile.mkdtemp()) / "run.log"
    with running(Stack(data_dir, log, 28000, {"XIAOFA_MAX_TEXT": "4000"})) as stack:
        with running_bare(data_dir.parent / "bare") as bare:
            rows += turns.measure(stack, bare)
        rows += phone.measure(stack)
    table = Table("项目", "结果", "目标", "达到")
    for row in rows:
        table.add_row(row.what, row.result, row.target, MARKS[row.fine])
    Console(width=130).print(table)
    return int(any(row.fine is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
