"""Shared by unit tests: the real content and statute book (fast), and a search engine on the hashing encoder."""

import gc
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from knowledge.content import Content, load_content
from knowledge.search.confidence import ConfidenceModel
from knowledge.search.engine import SearchEngine
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.build import build_book
from service.answering import Answerer
from service.gate import CitationGate
from tests.fakes.knowledge import MODEL, small_content, small_engine

# The imports and the content are long-lived: looking through them again and again took an eighth of the time.
gc.set_threshold(100_000, 50, 100)
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content()


@pytest.fixture(scope="session")
def book_file(request: pytest.FixtureRequest) -> Path:
    """Kept from run to run: built anew only when the data or the code that reads it changed."""
    return build_book(request.config.cache.mkdir("statutes")).path


@pytest.fixture(scope="session")
def book(book_file: Path) -> Iterator[StatuteBook]:
    opened = StatuteBook(book_file)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def gate(book: StatuteBook, content: Content) -> CitationGate:
    return CitationGate(book, content, TODAY)


@pytest.fixture(scope="session")
def small(content: Content) -> Content:
    return small_content(content)


@pytest.fixture(scope="session")
def engine(small: Content, book_file: Path, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    return small_engine(small, book_file, tmp_path_factory.mktemp("index"), TODAY)


@pytest.fixture(scope="session")
def model() -> ConfidenceModel:
    return MODEL


@pytest.fixture(scope="session")
def answerer(engine: SearchEngine, small: Content, gate: CitationGate, model: ConfidenceModel) -> Answerer:
    return Answerer(engine, small, gate, model)
