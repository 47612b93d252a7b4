"""The composition root of everything that answers: settings in, a ready `Answerer` out."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from cases.content import Entry
from knowledge.content import Content, load_content
from knowledge.search.building import Report
from knowledge.search.confidence import load_model
from knowledge.search.encoder import SentenceEncoder
from knowledge.search.engine import SearchEngine
from knowledge.search.milvus_index import MilvusIndex
from knowledge.search.vector_index import FaissIndex
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.build import open_book
from service.answering import Answerer
from service.gate import CitationGate
from service.published import with_published
from settings import Settings
from settings.clock import Clock


def _silent(_what: str, _done: int, _total: int) -> None:
    """No progress wanted."""


@dataclass(frozen=True)
class Knowledge:
    """What is loaded in the action server and the command line, and nowhere else."""

    content: Content
    book: StatuteBook
    engine: SearchEngine
    gate: CitationGate
    answerer: Answerer


def open_knowledge(
    settings: Settings,
    clock: Clock,
    report: Report = _silent,
    *,
    rest: Literal["now", "background", "later"] = "later",
    entries: Sequence[Entry] = (),
) -> Knowledge:
    """Load content, book, encoder and indexes.

    `rest`: when the articles beyond the core laws are embedded, BM25 alone serving them until then. A process that ends
    soon leaves them for `later`: a thread torn out of the encoder would abort it. `entries`: published at the desk.
    Raises ContentError, StatuteSourceError or EncoderBuildError, each with a remedy in its message.
    """
    content, book, today = with_published(load_content(), entries), open_book(settings), clock.today()
    report("句向量模型", 0, 1)
    encoder = SentenceEncoder(settings.encoder, settings.encoder_threads, settings.data_dir / "models")
    model = load_model()
    index = partial(_milvus, settings, encoder.space("passage")) if settings.milvus_uri else FaissIndex
    engine = SearchEngine(encoder, content, book, index_folder(settings), today, model.ranking, new_index=index)
    engine.prepare(report)
    if rest == "now":
        engine.complete(report)
    elif rest == "background":
        embed_rest(engine)
    return _knowledge(engine, content, book, today)


def _milvus(settings: Settings, space: str, dimension: int) -> MilvusIndex:
    """A collection for each encoder: vectors of two cannot be compared."""
    name = "articles_" + re.sub(r"\W", "_", space, flags=re.ASCII)
    return MilvusIndex(settings.milvus_uri, name, dimension, settings.milvus_token)


def with_new_content(knowledge: Knowledge, entries: Sequence[Entry], today: date) -> Knowledge:
    """The same knowledge with what is published now; statutes, encoder and their indexes are shared, so it takes seconds
    and the old one goes on answering meanwhile."""
    content = with_published(load_content(), entries)
    engine = knowledge.engine.with_content(content)
    return _knowledge(engine, content, knowledge.book, today)


def of_day(knowledge: Knowledge, today: date) -> Knowledge:
    """The same knowledge on another day or after an import: a process runs for months, and laws come into force at
    midnight. Articles never embedded are found by their words; `embed_rest` does the rest."""
    return _knowledge(knowledge.engine.on_day(today), knowledge.content, knowledge.book, today)


def embed_rest(engine: SearchEngine) -> None:
    """Embed what only BM25 finds so far, in a thread of its own, while questions are answered."""
    if engine.pending:
        threading.Thread(target=engine.complete, name="embed-rest", daemon=True).start()


def _knowledge(engine: SearchEngine, content: Content, book: StatuteBook, today: date) -> Knowledge:
    gate = CitationGate(book, content, today)
    return Knowledge(content, book, engine, gate, Answerer(engine, content, gate, load_model()))


def index_folder(settings: Settings) -> Path:
    return settings.data_dir / "index"
