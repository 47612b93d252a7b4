"""`python -m tests.bench.growth`: how the search grows from a thousand to a million documents, on synthetic copies of the articles.

Dense: random unit vectors (an exact search does not care what they mean). Words: the tokens of real articles, repeated. Every size is
a process of its own, so that its memory is its own. Writes docs/benchmarks/growth.md and growth.svg.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from knowledge.search.passages import passage
from knowledge.search.sparse import SparseIndex, tokens
from knowledge.search.vector_index import FaissIndex
from knowledge.statutes.build import open_book
from settings import PROJECT_ROOT, get_settings
from settings.clock import Clock
from xiaofa.plots import lines

SIZES = (1_000, 10_000, 50_000, 100_000, 300_000, 1_000_000)
DIMENSION, QUESTIONS, DIFFERENT = 384, 60, 5_000
PAGE = PROJECT_ROOT / "docs" / "benchmarks"
ASKED = (
    "公司三个月没发工资",
    "房东不退押金怎么办",
    "被人打伤了怎么索赔",
    "借条没写还款日期",
    "离婚孩子归谁",
    "网购假货怎么赔",
)


def measure(kind: str, size: int) -> dict[str, float]:
    """Median and p95 of a search in milliseconds, memory of the index in MB, of this process alone."""
    chance = np.random.default_rng(20261126)
    process = psutil.Process()
    if kind == "dense":
        index = FaissIndex(DIMENSION)
        before = process.memory_info().rss
        for start in range(0, size, 10_000):
            vectors = chance.standard_normal((min(10_000, size - start), DIMENSION), np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            index.add([str(start + n) for n in range(len(vectors))], vectors)
        asked = chance.standard_normal((QUESTIONS, DIMENSION), np.float32)
        spent = [_timed(lambda vector=vector: index.search(vector, 100)) for vector in asked]  # type: ignore[misc]
    else:
        book = open_book(get_settings())
        some = [article for article, _ in zip(book.articles(Clock().today()), range(DIFFERENT), strict=False)]
        words = [tokens(passage(article)) for article in some]
        before = process.memory_info().rss
        sparse = SparseIndex([str(n) for n in range(size)], [words[n % len(words)] for n in range(size)])
        questions = [tokens(ASKED[n % len(ASKED)]) for n in range(QUESTIONS)]
        spent = [_timed(lambda words=words: sparse.search(words, 100)) for words in questions]  # type: ignore[misc]
    return {
        "p50": float(np.median(spent)),
        "p95": float(np.quantile(spent, 0.95)),
        "memory": (process.memory_info().rss - before) / 2**20,
    }


def _timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return (time.perf_counter() - started) * 1000


def main() -> None:
    rows: dict[str, dict[int, dict[str, float]]] = {"dense": {}, "words": {}}
    table = Table("文档", "向量 p50", "向量 p95", "向量内存", "词 p50", "词 p95", "词内存")
    for size in SIZES:
        print(f"{size} 篇……", flush=True)
        for kind, found in rows.items():
            told = subprocess.run(  # noqa: S603
                [sys.executable, "-m", "tests.bench.growth", kind, str(size)],
                check=True,
                capture_output=True,
                text=True,
            )
            found[size] = json.loads(told.stdout.splitlines()[-1])
        cells = [f"{found[size][what]:.{digits}f}" for found in rows.values() for what, digits in COLUMNS]
        table.add_row(f"{size:,}", *cells)
    Console(width=110).print(table)
    _write(table, rows)


COLUMNS = (("p50", 2), ("p95", 2), ("memory", 0))


def _write(table: Table, rows: dict[str, dict[int, dict[str, float]]]) -> None:
    body = [" | ".join(str(cell) for cell in row) for row in zip(*(c.cells for c in table.columns), strict=True)]
    head = "| 文档 | 向量 p50 毫秒 | 向量 p95 毫秒 | 向量内存 MB | 词 p50 毫秒 | 词 p95 毫秒 | 词内存 MB |"
    text = [
        "# 检索怎样随文档增长",
        "",
        f"`python -m tests.bench.growth`，{Clock().today()}，合成的文档（随机向量；真法条的词反复用），每个数一个进程，一个线程。",
        "",
        head,
        "|---|---|---|---|---|---|---|",
        *(f"| {line} |" for line in body),
        "",
        "![增长](growth.svg)",
    ]
    (PAGE / "growth.md").write_text("\n".join(text) + "\n", "utf-8")
    series = {
        f"{label} {what}": [(size, numbers[key]) for size, numbers in rows[kind].items()]
        for kind, label in (("dense", "向量"), ("words", "词"))
        for key, what in (("p95", "p95 毫秒"), ("memory", "内存 MB"))
    }
    (PAGE / "growth.svg").write_text(lines("检索随文档增长（两轴都是对数）", series), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
