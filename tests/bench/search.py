"""Search alone, in one process: every question encoded anew, over 50,000 articles and all wordings."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from knowledge.content import load_content
from knowledge.search.confidence import load_model
from knowledge.search.encoder import Encoder, Floats, SentenceEncoder
from knowledge.search.engine import SearchEngine
from knowledge.search.passages import passage
from knowledge.search.vector_cache import VectorCache
from knowledge.statutes.book import Article, StatuteBook
from knowledge.statutes.build import build_book
from service.runtime import index_folder, open_knowledge
from settings import Settings, get_settings
from settings.clock import Clock
from tests.bench.common import Row, p, question

QUERIES, WARM, MOST_P95, ARTICLES = 300, 20, 30.0, 50_000
APART = 100_000  # between the numbers of an article and its copy; no law has so many


class PaddedBook(StatuteBook):
    """The statute book, with copies of its articles up to 50,000."""

    def articles(self, on: date, law: str | None = None) -> Iterator[Article]:
        return padded(list(super().articles(on, law)), 0 if law else ARTICLES)


def padded(articles: Sequence[Article], many: int) -> Iterator[Article]:
    """All of them, then as many copies with numbers and texts of their own as are wanting."""
    yield from articles
    for number in range(len(articles), many):
        lap, at = divmod(number, len(articles))
        real = articles[at]
        yield replace(real, number=real.number + lap * APART, text=f"{real.text}（{lap}）")


def own_index(data_dir: Path) -> None:
    """A copy of the shared index, so that what the bench adds stays with it."""
    index = data_dir / "index"
    usual = index.resolve()
    index.unlink()
    shutil.copytree(usual, index)


def fill(encoder: Encoder, articles: Iterable[Article], folder: Path) -> int:
    """Keep a random vector for every article that has none, which costs a search the same time; returns how many."""
    generator, made = np.random.default_rng(1), 0

    def random(texts: Sequence[str]) -> Floats:
        nonlocal made
        made += len(texts)
        vectors = generator.normal(size=(len(texts), encoder.dimension)).astype(np.float32)
        unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    texts = [passage(article) for article in articles]
    VectorCache(folder / "vectors.sqlite").embed(encoder.space("passage"), texts, random)
    return made


def with_every_vector(data_dir: Path) -> None:
    """Give this data folder an index of its own in which no article waits for its vector."""
    own_index(data_dir)
    settings = Settings(data_dir=data_dir)
    engine = open_knowledge(settings, Clock()).engine
    fill(engine.encoder, engine.book.articles(engine.on), index_folder(settings))


def measure(data_dir: Path) -> list[Row]:
    """In a data folder for this alone: BM25 over the copies takes the place of the usual one."""
    own_index(data_dir)
    settings = get_settings().model_copy(update={"data_dir": data_dir})
    book, folder, today = PaddedBook(build_book(data_dir / "statutes").path), index_folder(settings), Clock().today()
    encoder = SentenceEncoder(settings.encoder, settings.encoder_threads, data_dir / "models")
    articles = list(book.articles(today))
    made, copies = fill(encoder, articles, folder), sum(article.number >= APART for article in articles)
    engine = SearchEngine(encoder, load_content(), book, folder, today, load_model().ranking)
    engine.prepare()
    values = []
    for number in range(QUERIES):
        started = time.perf_counter()
        engine.search(question(number))
        values.append((time.perf_counter() - started) * 1000)
    times, size = values[WARM:], engine.size()
    p95 = p(times, 0.95)
    what = f"检索，{size['articles_embedded']:,} 条法条（{copies:,} 条是副本，{made:,} 条用随机向量）、{size['wordings']:,} 句问法"
    text = f"p50 {statistics.median(times):.0f} ms，p95 {p95:.0f} ms"
    return [Row(what, text, f"p95 ≤ {MOST_P95:.0f} ms", p95 <= MOST_P95, times)]
