"""A small knowledge: a dozen FAQs, one law to search in, the hashing encoder; fast, and without a thread of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from knowledge.content import Content
from knowledge.search.confidence import ConfidenceModel, Nearness
from knowledge.search.content_index import Weights
from knowledge.search.encoder import HashEncoder
from knowledge.search.engine import SearchEngine
from knowledge.statutes.book import StatuteBook
from service.answering import Answerer
from service.gate import CitationGate
from service.runtime import Knowledge

FAQS = (
    "labour.wages.arrears",
    "renting.deposit.not-returned",
    "injury.accident.dog-bite",
    "loans.repay.friend-refuses",
)
MODEL = (
    ConfidenceModel(  # by hand for the hashing encoder: what is shipped was learned for another and changes with tuning
        encoder=HashEncoder.name,
        ranking=Weights(),
        faq_weights=[0.8, 0.7, 3.9, 0.5],
        faq_bias=-1.8,
        domain_weights=[0.0] * HashEncoder().dimension,
        domain_bias=5.0,
        card_weights=[1.5, 0.5, 0.2, 0.0, 0.0, 0.0],
        card_bias=0.0,
        answer_at=0.4,
        guide_at=0.9,
        clarify_at=0.17,
        domain_at=0.3,
        familiar_at=0.8,
        near=Nearness(bare=0.72, beside=0.42, plain=0.5, meant=0.65, farther=0.12),
        chosen_on="",
    )
)


class FewArticles(StatuteBook):
    """The real book, but only one law is offered for indexing: BM25 over 23,000 articles is no unit test."""

    def articles(self, on: date, law: str | None = None):  # type: ignore[no-untyped-def]
        return super().articles(on, "劳动争议调解仲裁法")


def small_content(content: Content) -> Content:
    """A dozen FAQs of three topics, with their guides: enough to search in."""
    faqs = {id_: content.faqs[id_] for id_ in FAQS}
    guides = {faq.guide: content.guides[faq.guide] for faq in faqs.values() if faq.guide}
    return Content(
        faqs=faqs, guides=guides, references=content.references, topics=content.topics, places=content.places
    )


def small_engine(small: Content, book_file: Path, folder: Path, today: date) -> SearchEngine:
    built = SearchEngine(HashEncoder(), small, FewArticles(book_file), folder, today)
    built.prepare()
    return built


def silent_knowledge(content: Content, book_file: Path, folder: Path, today: date) -> Knowledge:
    """For actions that search nothing: the engine is not prepared, which saves its memory."""
    small, book = small_content(content), StatuteBook(book_file)
    engine, gate = SearchEngine(HashEncoder(), small, book, folder, today), CitationGate(book, content, today)
    return Knowledge(small, book, engine, gate, Answerer(engine, small, gate, MODEL))
