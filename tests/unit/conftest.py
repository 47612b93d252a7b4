"""Shared by unit tests: the real content and statute book (fast), and a search engine on the hashing encoder."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from knowledge.content import Content, load_content
from knowledge.search.confidence import ConfidenceModel
from knowledge.search.content_index import Weights
from knowledge.search.encoder import HashEncoder
from knowledge.search.engine import SearchEngine
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.build import build_book
from service.answering import Answerer
from service.gate import CitationGate

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
    """A dozen FAQs of three topics, with their guides: enough to search in."""
    names = (
        "labour.wages.arrears",
        "renting.deposit.not-returned",
        "injury.accident.dog-bite",
        "loans.repay.friend-refuses",
    )
    faqs = {id_: content.faqs[id_] for id_ in names}
    guides = {faq.guide: content.guides[faq.guide] for faq in faqs.values() if faq.guide}
    return Content(
        faqs=faqs, guides=guides, references=content.references, topics=content.topics, places=content.places
    )


class FewArticles(StatuteBook):
    """The real book, but only one law is offered for indexing: BM25 over 23,000 articles is no unit test."""

    def articles(self, on: date, law: str | None = None):  # type: ignore[no-untyped-def]
        return super().articles(on, "劳动争议调解仲裁法")


@pytest.fixture(scope="session")
def engine(small: Content, book_file: Path, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    built = SearchEngine(HashEncoder(), small, FewArticles(book_file), tmp_path_factory.mktemp("index"), TODAY)
    built.prepare()
    return built


@pytest.fixture(scope="session")
def model() -> ConfidenceModel:
    """Written by hand for the hashing encoder: what is shipped was learned for another and changes with every tuning."""
    return ConfidenceModel(
        encoder=HashEncoder.name,
        ranking=Weights(),
        faq_weights=[0.8, 0.7, 3.9, 0.5, -3.2],
        faq_bias=-0.2,
        domain_weights=[0.0] * HashEncoder().dimension,
        domain_bias=5.0,
        card_weights=[1.5, 0.5, 0.2],
        card_bias=0.0,
        answer_at=0.4,
        guide_at=0.9,
        clarify_at=0.17,
        domain_at=0.3,
        chosen_on="",
    )


@pytest.fixture(scope="session")
def answerer(engine: SearchEngine, small: Content, gate: CitationGate, model: ConfidenceModel) -> Answerer:
    return Answerer(engine, small, gate, model)
