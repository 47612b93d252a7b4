"""Search over everything 龙华小法 knows: FAQs, guides and statutes, dense and sparse, fused."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml

from knowledge.content import Content
from knowledge.search.encoder import Encoder, Floats
from knowledge.search.sparse import SparseIndex, tokens
from knowledge.search.sparse_cache import sparse_index
from knowledge.search.vector_cache import VectorCache, text_key
from knowledge.search.vector_index import FaissIndex, Hits, VectorIndex
from knowledge.statutes.book import Article, StatuteBook
from knowledge.statutes.citations import parse

Report = Callable[[str, int, int], None]
CORE_LAWS = frozenset(yaml.safe_load(Path(__file__).with_name("core_laws.yml").read_text("utf-8")))
CANDIDATES = 60
FAQ_SPARSE = 0.35
STATUTE_SPARSE = 0.45
FAQ_VOTE = 0.25  # what an FAQ that matches fully adds to the articles it cites


@dataclass(frozen=True)
class FaqHit:
    """`dense` is the cosine to the nearest wording, `sparse` BM25 relative to a perfect match (0..1), `score` their fusion."""

    id: str
    score: float
    dense: float
    sparse: float
    wording: str


@dataclass(frozen=True)
class StatuteHit:
    key: str
    score: float
    dense: float
    sparse: float


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
    """

    def __init__(self, encoder: Encoder, content: Content, book: StatuteBook, folder: Path, on: date) -> None:
        self.encoder = encoder
        self.content = content
        self.book = book
        self.on = on
        self._folder = folder
        self._cache = VectorCache(folder / "vectors.sqlite")
        self._wordings: dict[str, tuple[str, str]] = {}  # key -> (content id, wording)
        self._articles: dict[str, Article] = {}
        self._faq_dense: VectorIndex = FaissIndex(encoder.dimension)
        self._statute_dense: VectorIndex = FaissIndex(encoder.dimension)
        self._faq_sparse = SparseIndex([], [])
        self._statute_sparse = SparseIndex([], [])
        self._pending: list[Article] = []
        self._lock = threading.Lock()
        self._query_vector = lru_cache(maxsize=2048)(self._embed_query)

    # -- building -----------------------------------------------------------------

    def prepare(self, report: Report = lambda _what, _done, _total: None) -> None:
        """Index all wordings, BM25 over every article, and the vectors of the core laws."""
        self._index_wordings(report)
        self._articles = {article.key: article for article in self.book.articles(self.on)}
        report("条文关键词索引", 0, len(self._articles))
        texts = [passage(article) for article in self._articles.values()]
        self._statute_sparse = sparse_index(self._folder, "statutes", list(self._articles), texts)
        known = self._cache.known(self._space("passage"), texts)
        ready = [
            a
            for a, text in zip(self._articles.values(), texts, strict=True)
            if a.law in CORE_LAWS or text_key(text) in known
        ]
        done = {a.key for a in ready}
        self._pending = [a for a in self._articles.values() if a.key not in done]
        self._embed_articles(ready, report)

    def complete(self, report: Report = lambda _what, _done, _total: None) -> None:
        """Embed the remaining articles; safe to run in a background thread, resumes where it stopped."""
        while self._pending:
            batch, self._pending = self._pending[:256], self._pending[256:]
            self._embed_articles(batch, report)

    @property
    def pending(self) -> int:
        """Articles that only BM25 finds so far."""
        return len(self._pending)

    def size(self) -> dict[str, int]:
        return {
            "faqs": len(self.content.faqs),
            "guides": len(self.content.guides),
            "wordings": len(self._wordings),
            "articles": len(self._articles),
            "articles_embedded": len(self._statute_dense),
        }

    def _index_wordings(self, report: Report) -> None:
        items: Iterable[tuple[str, Sequence[str]]] = [
            *((faq.id, (faq.question, *faq.variants)) for faq in self.content.faqs.values()),
            *((guide.id, (guide.title, *guide.variants)) for guide in self.content.guides.values()),
        ]
        self._wordings = {f"{id_}#{n}": (id_, text) for id_, texts in items for n, text in enumerate(texts)}
        keys, texts = list(self._wordings), [text for _, text in self._wordings.values()]
        self._faq_sparse = sparse_index(self._folder, "wordings", keys, texts)
        counted = 0

        def embed(part: Sequence[str]) -> Floats:
            nonlocal counted
            counted += len(part)
            report("问法的句向量", counted, len(texts))
            return self.encoder.queries(part)

        self._faq_dense.add(keys, self._cache.embed(self._space("query"), texts, embed))

    def _embed_articles(self, articles: Sequence[Article], report: Report) -> None:
        if not articles:
            return
        done = 0

        def embed(part: Sequence[str]) -> Floats:
            nonlocal done
            vectors = self.encoder.passages(part, lambda at, _total: report("条文的句向量", done + at, len(articles)))
            done += len(part)
            return vectors

        vectors = self._cache.embed(self._space("passage"), [passage(a) for a in articles], embed)
        with self._lock:
            self._statute_dense.add([a.key for a in articles], vectors)

    def _space(self, kind: str) -> str:
        return f"{self.encoder.name}:{kind}"

    # -- searching ----------------------------------------------------------------

    def has(self, key: str) -> bool:
        """Whether the article is in force and indexed."""
        return key in self._articles

    def article(self, key: str) -> Article:
        return self._articles[key]

    def _embed_query(self, text: str) -> Floats:
        return self.encoder.queries([text])[0]

    def wordings(self) -> list[tuple[str, tuple[str, str]]]:
        """Every indexed wording as (key, (content id, text))."""
        return list(self._wordings.items())

    def search(self, query: str, k: int = 10, *, leave_out: str = "") -> SearchResult:
        """The k best FAQs, guides and articles for a question as people ask it; `leave_out` hides one wording (for tuning)."""
        vector, words = self._query_vector(query), tokens(query)
        hits = self._contents(vector, words, leave_out)
        faqs = [hit for hit in hits if hit.id in self.content.faqs]
        guides = [hit for hit in hits if hit.id in self.content.guides]
        return SearchResult(query, faqs[:k], guides[:k], self._statutes(vector, words, faqs[:5])[:k], vector)

    def _contents(self, vector: Floats, words: Sequence[str], leave_out: str) -> list[FaqHit]:
        dense = {key: cosine for key, cosine in self._faq_dense.search(vector, CANDIDATES * 2) if key != leave_out}
        sparse = _relative([hit for hit in self._faq_sparse.search(words, CANDIDATES * 2) if hit[0] != leave_out])
        best: dict[str, FaqHit] = {}
        floor = min(dense.values(), default=0.0)
        for key in dense.keys() | sparse.keys():
            id_, wording = self._wordings[key]
            cosine, bm25 = dense.get(key, floor), sparse.get(key, 0.0)
            hit = FaqHit(id_, (1 - FAQ_SPARSE) * stretch(cosine) + FAQ_SPARSE * bm25, cosine, bm25, wording)
            if id_ not in best or hit.score > best[id_].score:
                best[id_] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.id))

    def _statutes(self, vector: Floats, words: Sequence[str], faqs: Sequence[FaqHit]) -> list[StatuteHit]:
        with self._lock:
            dense = dict(self._statute_dense.search(vector, CANDIDATES * 2))
        sparse = _relative(self._statute_sparse.search(words, CANDIDATES * 2))
        votes = self._votes(faqs)
        floor = min(dense.values(), default=0.0)
        hits = []
        for key in dense.keys() | sparse.keys() | votes.keys():
            cosine, bm25 = dense.get(key, floor), sparse.get(key, 0.0)
            score = (1 - STATUTE_SPARSE) * stretch(cosine) + STATUTE_SPARSE * bm25 + FAQ_VOTE * votes.get(key, 0.0)
            hits.append(StatuteHit(key, score, cosine, bm25))
        return sorted(hits, key=lambda hit: (-hit.score, hit.key))

    def _votes(self, faqs: Sequence[FaqHit]) -> dict[str, float]:
        votes: dict[str, float] = defaultdict(float)
        for hit in faqs:
            for key in self.cited(hit.id):
                if key in self._articles:
                    votes[key] = max(votes[key], hit.score)
        return votes

    @lru_cache(maxsize=4096)  # noqa: B019  engines are few and live as long as the process
    def cited(self, faq_id: str) -> tuple[str, ...]:
        """Keys of the articles an FAQ cites."""
        parsed = [c for text in self.content.faqs[faq_id].statutes for c in parse(text)]
        return tuple(f"{c.law}#{c.article}" + (f"-{c.sub}" if c.sub else "") for c in parsed if c.law)


def passage(article: Article) -> str:
    """What is embedded and indexed for an article: its law, chapter and text."""
    chapter = f"{article.chapter} " if article.chapter else ""
    return f"{article.law} {chapter}{article.text}"


def stretch(cosine: float) -> float:
    """E5's cosines lie between 0.75 and 1; spread that over 0..1 so that both halves of the fusion weigh alike."""
    return min(1.0, max(0.0, (cosine - 0.75) * 4))


def _relative(hits: Hits) -> dict[str, float]:
    """BM25 scores relative to the best hit, damped where even the best is weak."""
    if not hits:
        return {}
    top = max(hits[0][1], 12.0)
    return {key: score / top for key, score in hits}
