"""Search alone, in one process: every question encoded anew, over all articles in force and all wordings."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.search.encoder import Floats
from knowledge.search.engine import passage
from knowledge.search.vector_cache import VectorCache
from service.runtime import index_folder, open_knowledge
from settings import Settings, get_settings
from settings.clock import Clock
from tests.bench.common import Row, p, question

QUERIES, MOST_P95 = 300, 30.0


def with_every_vector(data_dir: Path) -> int:
    """Give this data folder an index of its own in which no article waits for its vector; returns how many of them got a
    random one, which costs a search the same time."""
    index = data_dir / "index"
    usual = index.resolve()
    index.unlink()
    shutil.copytree(usual, index)
    settings = Settings(data_dir=data_dir)
    engine = open_knowledge(settings, Clock()).engine
    generator, missing = np.random.default_rng(1), engine.pending

    def random(texts: Sequence[str]) -> Floats:
        vectors = generator.normal(size=(len(texts), engine.encoder.dimension)).astype(np.float32)
        unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    texts = [passage(article) for article in engine.book.articles(engine.on)]
    VectorCache(index_folder(settings) / "vectors.sqlite").embed(f"{engine.encoder.name}:passage", texts, random)
    return missing


def measure(data_dir: Path) -> list[Row]:
    missing = with_every_vector(data_dir)
    engine = open_knowledge(get_settings().model_copy(update={"data_dir": data_dir}), Clock()).engine
    values = []
    for number in range(QUERIES):
        started = time.perf_counter()
        engine.search(question(number))
        values.append((time.perf_counter() - started) * 1000)
    p95, size = p(values[20:], 0.95), engine.size()
    what = f"检索，{size['articles_embedded']} 条法条、{size['wordings']} 句问法"
    note = f"（{missing} 条用随机向量代替）" if missing else ""
    text = f"p50 {statistics.median(values):.0f} ms，p95 {p95:.0f} ms{note}"
    return [Row(what, text, f"p95 ≤ {MOST_P95:.0f} ms", p95 <= MOST_P95)]
