"""Search over everything 龙华小法 knows: FAQs, guides and statutes, dense and sparse, fused."""

from __future__ import annotations

import copy
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml

from knowledge.content import Content
from knowledge.search.asked import load_asked
from knowledge.search.building import IndexBuilder, Report, silent
from knowledge.search.content_index import ContentIndex, FaqHit, Weights
from knowledge.search.encoder import Encoder, Floats, Kind
from knowledge.search.passages import document, passage
from knowledge.search.ranking import Ranking, load_ranking
from knowledge.search.sparse import SparseIndex, tokens
from knowledge.search.statute_index import StatuteHit, StatuteIndex, Vote
from knowledge.search.vector_cache import text_key
from knowledge.search.vector_index import FaissIndex, VectorIndex
from knowledge.search.vector_pack import write_pack
from knowledge.statutes.book import Article, StatuteBook
from knowledge.statutes.citations import parse

CORE_LAWS = frozenset(yaml.safe_load(Path(__file__).with_name("core_laws.yml").read_text("utf-8")))
REMEMBERED = 32  # searches
AT_ONCE = 256  # articles embedded between two looks at whether there are more
VOTERS = 20  # FAQs that speak for the articles they cite


@dataclass(frozen=True)
class SearchResult:
    """Best first. `vector` is the query's, for the domain check."""

    query: str
    faqs: list[FaqHit] = field(default_factory=list)
    guides: list[FaqHit] = field(default_factory=list)
    statutes: list[StatuteHit] = field(default_factory=list)
    vector: Floats = field(default_factory=lambda: np.empty(0, np.float32))


class SearchEngine:
    """Built from content and statute book; `prepare` makes it ready, `complete` embeds what may follow later.

    A changed FAQ re-embeds only itself (vectors are kept by content); build a new engine and swap the reference.
    `imported`: the stamp of the imported rules that are indexed.
    """

    def __init__(
        self,
        encoder: Encoder,
        content: Content,
        book: StatuteBook,
        folder: Path,
        on: date,
        weights: Weights | None = None,
        ranking: Ranking | None = None,
        new_index: Callable[[int], VectorIndex] = FaissIndex,
    ) -> None:
        """`new_index`: makes the vector index of the articles, for vectors of this many dimensions."""
        self.encoder = encoder
        self._new_index = new_index
        self.content = content
        self.book = book
        self.on = on
        self.imported = book.imported_stamp()
        self._build = IndexBuilder(encoder, folder)
        self._wordings: dict[str, tuple[str, str]] = {}  # key -> (content id, wording)
        self._asked: dict[str, tuple[str, ...]] = {}
        self._weights = weights or Weights()
        self._ranking = ranking or load_ranking()
        self.statutes = StatuteIndex([], SparseIndex([], []), FaissIndex(encoder.dimension), {}, self._ranking)
        self._known: dict[str, Floats] = {}
        self._query_vector = lru_cache(maxsize=2048)(self._embed_query)
        self._found = self._memory()

    # -- building -----------------------------------------------------------------

    def prepare(self, report: Report = silent) -> None:
        """Index all wordings, BM25 over every article, and the vectors of the core laws."""
        self._index_contents(report)
        articles = list(self.book.articles(self.on))
        report("条文关键词索引", 0, len(articles))
        texts = [passage(article) for article in articles]
        sparse = self._build.words("statutes", [article.key for article in articles], texts)
        cited = Counter(key for faq in self.content.faqs for key in self.cited(faq))
        there = {article.key for article in articles}
        self._asked = {key: said for key, said in load_asked().items() if key in there}
        asked = self._build.asked(self._asked, report)
        self.statutes = StatuteIndex(
            articles, sparse, self._new_index(self.encoder.dimension), cited, self._ranking, asked
        )
        known = self._build.cache.known(self.encoder.space("passage"), texts)
        ready = [a for a, text in zip(articles, texts, strict=True) if a.law in CORE_LAWS or text_key(text) in known]
        done = {a.key for a in ready}
        self.statutes.put_off([a for a in articles if a.key not in done])
        self._embed_articles(ready, report)

    def complete(self, report: Report = silent) -> None:
        """Embed the remaining articles; safe to run in a background thread, resumes where it stopped.

        In a thread of its own it yields to every question: lowest priority, and the encoder on one core.
        """
        if threading.current_thread() is not threading.main_thread():
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
            self.encoder.gentle = True
        total = self.pending
        while batch := self.statutes.take(AT_ONCE):
            self._embed_articles(batch)
            report("其余条文的句向量", total - self.pending, total)
        self.encoder.release("passage")  # wanted again only when an answer is changed or rules are imported

    def with_content(self, content: Content) -> SearchEngine:
        """A second engine for changed content. It shares everything about statutes and the encoder with this one; only what
        changed is embedded (vectors are kept by text)."""
        other = copy.copy(self)
        other.content = content
        other._found = other._memory()
        other._wordings = {}
        other._index_contents(silent)
        return other

    def on_day(self, day: date) -> SearchEngine:
        """A second engine for another day, or after an import. The articles are indexed anew only when some came or went
        since; those never embedded before are found by their words until it is `complete`. What this one had left to embed
        is left to the other."""
        other = copy.copy(self)
        other.on = day
        other.imported = (
            self.book.imported_stamp()
        )  # before the articles: what comes meanwhile is seen by the next look
        other._found = other._memory()
        if {(a.key, a.sha256) for a in self.book.articles(day)} == {(a.key, a.sha256) for a in self.articles()}:
            return other
        other._wordings = {}
        other.prepare()
        self.statutes.put_off([])
        return other

    def pack(self, path: Path) -> int:
        """Write the vectors of all content and of the core laws as the pack of the next checkout; returns how many."""
        asked = [text for some in self.asked().values() for text in some]
        texts: dict[Kind, list[str]] = {
            "query": [text for _, text in self._wordings.values()] + asked,
            "passage": self._passages(),
        }
        names = {kind: self.encoder.space(kind) for kind in texts}
        spaces = {name: self._build.cache.known(name, texts[kind]) for kind, name in names.items()}
        write_pack(path, spaces)
        return sum(map(len, spaces.values()))

    def _passages(self) -> list[str]:
        """What entries say, and the articles of the core laws."""
        core = [passage(article) for article in self.articles() if article.law in CORE_LAWS]
        return [*map(document, self.content.faqs.values()), *map(document, self.content.guides.values()), *core]

    @property
    def pending(self) -> int:
        """Articles that only BM25 finds so far."""
        return self.statutes.waiting

    def size(self) -> dict[str, int]:
        return {
            "faqs": len(self.content.faqs),
            "guides": len(self.content.guides),
            "wordings": len(self._wordings),
            "articles": len(self.statutes.articles),
            "articles_embedded": self.statutes.embedded,
        }

    def faq_index(self, asked: Mapping[str, Sequence[str]]) -> ContentIndex:
        """An index of all FAQs with these wordings instead of their own, for evaluation."""
        return self._build.content("faqs", self.content.faqs, asked, self._weights)

    def _index_contents(self, report: Report) -> None:
        faqs = {id_: (faq.question, *faq.variants) for id_, faq in self.content.faqs.items()}
        guides = {id_: (guide.title, *guide.variants) for id_, guide in self.content.guides.items()}
        self.faqs = self._build.content("faqs", self.content.faqs, faqs, self._weights, report)
        self.guides = self._build.content("guides", self.content.guides, guides, self._weights, report)
        for asked in (faqs, guides):
            self._wordings.update((f"{id_}#{n}", (id_, t)) for id_, texts in asked.items() for n, t in enumerate(texts))

    def _embed_articles(self, articles: Sequence[Article], report: Report = silent) -> None:
        if articles:
            self.statutes.add([a.key for a in articles], self._build.articles(articles, report))

    # -- searching ----------------------------------------------------------------

    @property
    def show_at(self) -> float:
        """The chance from which an article is worth showing."""
        return self._ranking.show_at

    def has(self, key: str) -> bool:
        """Whether the article is in force and indexed."""
        return key in self.statutes.articles

    def article(self, key: str) -> Article:
        return self.statutes.articles[key]

    def asked(self) -> Mapping[str, Sequence[str]]:
        """The questions written for indexed articles, by key."""
        return self._asked

    def articles(self) -> Iterable[Article]:
        """Every indexed article."""
        return self.statutes.articles.values()

    def candidates(self, query: str, k: int) -> tuple[list[str], list[str]]:
        """Keys of the k articles nearest in meaning, and of the k best by BM25."""
        dense = self.statutes.nearest(self._query_vector(query), k)
        return [key for key, _ in dense], [key for key, _ in self.statutes.by_words(tokens(query), k)]

    def remember(self, texts: Sequence[str]) -> None:
        """Embed many questions at once, for tuning and evaluation; later searches for them need no encoder."""
        self._known.update(zip(texts, self.plain_vectors(texts), strict=True))

    def _embed_query(self, text: str) -> Floats:
        known = self._known.get(text)
        return known if known is not None else self.encoder.queries([text])[0]

    def wordings(self) -> list[tuple[str, tuple[str, str]]]:
        """Every indexed wording as (key, (content id, text))."""
        return list(self._wordings.items())

    def plain_vectors(self, texts: Sequence[str]) -> Floats:
        """Query vectors, (n, d); kept, so that tuning and evaluation embed a text once."""
        return self._build.queries(texts)

    def plain_passages(self, texts: Sequence[str]) -> Floats:
        return self._build.passages(texts)

    def query_vector(self, text: str) -> Floats:
        return self._query_vector(text)

    def search(self, query: str, k: int = 10, *, leave_out: str = "") -> SearchResult:
        """The k best FAQs, guides and articles for a question as people ask it; `leave_out` hides one wording (for tuning)."""
        return self._found(query, k, leave_out, self.statutes.grown)

    def _memory(self) -> Callable[[str, int, str, int], SearchResult]:
        """A search that remembers the last questions: one message is looked up several times in its turn."""
        return lru_cache(maxsize=REMEMBERED)(self._search)

    def _search(self, query: str, k: int, leave_out: str, _grown: int) -> SearchResult:
        vector, words = self._query_vector(query), tokens(query)
        faqs = self.faqs.search(vector, words, max(k, VOTERS), leave_out)
        guides = self.guides.search(vector, words, k, leave_out)
        statutes = self.statutes.search(vector, words, self._votes(faqs[:VOTERS]), k)
        return SearchResult(query, faqs[:k], guides, statutes, vector)

    def ranking_features(self, query: str) -> tuple[list[str], Floats]:
        """Candidate articles of a question and their features, for tuning."""
        vector, words = self._query_vector(query), tokens(query)
        faqs = self.faqs.search(vector, words, VOTERS)
        rows, matrix = self.statutes.features(vector, words, self._votes(faqs))
        return [self.statutes.key_of(row) for row in rows.tolist()], matrix

    def _votes(self, faqs: Sequence[FaqHit]) -> dict[str, Vote]:
        votes: dict[str, Vote] = {}
        for hit in faqs:
            for key in set(self.cited(hit.id)):
                before = votes.get(key, Vote(0.0, 0.0))
                votes[key] = Vote(before.share + hit.score, max(before.near, hit.near, hit.dense))
        return votes

    @lru_cache(maxsize=4096)  # noqa: B019  engines are few and live as long as the process
    def cited(self, faq_id: str) -> tuple[str, ...]:
        """Keys of the articles an FAQ cites."""
        parsed = [c for text in self.content.faqs[faq_id].statutes for c in parse(text, self.book.names())]
        return tuple(f"{c.law}#{c.article}" + (f"-{c.sub}" if c.sub else "") for c in parsed if c.law)
