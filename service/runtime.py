"""The composition root of everything that answers: settings in, a ready `Answerer` out."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from knowledge.content import Content, load_content
from knowledge.search.confidence import load_model
from knowledge.search.encoder import SentenceEncoder
from knowledge.search.engine import Report, SearchEngine
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.build import build_book
from service.answering import Answerer
from service.gate import CitationGate
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


def open_book(settings: Settings) -> StatuteBook:
    """The statute book, built from the package's data when it is absent or older than our tables."""
    return StatuteBook(build_book(settings.data_dir / "statutes").path)


def open_knowledge(settings: Settings, clock: Clock, report: Report = _silent, *, complete: bool = False) -> Knowledge:
    """Load content, book, encoder and indexes.

    With `complete` every article is embedded before this returns; otherwise the rest follows in a daemon thread,
    BM25 serving those articles meanwhile.
    Raises ContentError, StatuteSourceError or EncoderBuildError, each with a remedy in its message.
    """
    content, book, today = load_content(), open_book(settings), clock.today()
    report("句向量模型", 0, 1)
    encoder = SentenceEncoder(settings.encoder, settings.encoder_threads, settings.data_dir / "models")
    model = load_model()
    engine = SearchEngine(encoder, content, book, index_folder(settings), today, model.ranking)
    engine.prepare(report)
    if complete:
        engine.complete(report)
    elif engine.pending:
        threading.Thread(target=engine.complete, name="embed-rest", daemon=True).start()
    gate = CitationGate(book, content, today)
    return Knowledge(content, book, engine, gate, Answerer(engine, content, gate, model))


def index_folder(settings: Settings) -> Path:
    return settings.data_dir / "index"
