"""Builds the indexes of the search: vectors kept by text, BM25 kept by content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from knowledge.schema import Faq, Guide
from knowledge.search.asked import AskedIndex
from knowledge.search.content_index import ContentIndex, Weights
from knowledge.search.encoder import Encoder, Floats
from knowledge.search.passages import document, passage
from knowledge.search.sparse import SparseIndex
from knowledge.search.sparse_cache import sparse_index
from knowledge.search.vector_cache import Embed, VectorCache
from knowledge.search.vector_pack import PACK
from knowledge.statutes.book import Article

Report = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """Reports nothing."""


class IndexBuilder:
    """Embeds what the cache does not know yet, and indexes it. `folder`: where vectors and word indexes are kept."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.encoder = encoder
        self.cache = VectorCache(folder / "vectors.sqlite", PACK)
        self._folder = folder

    def queries(self, texts: Sequence[str], what: str = "", report: Report = silent) -> Floats:
        """(n, d) vectors of questions; `what` is embedded, told to `report`."""
        embed = _counted(what, len(texts), self.encoder.queries, report)
        return self.cache.embed(self.encoder.space("query"), texts, embed)

    def passages(self, texts: Sequence[str], what: str = "", report: Report = silent) -> Floats:
        """(n, d) vectors of what entries or articles say."""
        done = 0

        def embed(part: Sequence[str]) -> Floats:
            nonlocal done
            vectors = self.encoder.passages(part, lambda at, _total: report(what, done + at, len(texts)))
            done += len(part)
            return vectors

        return self.cache.embed(self.encoder.space("passage"), texts, embed)

    def words(self, name: str, keys: Sequence[str], texts: Sequence[str]) -> SparseIndex:
        """BM25 over texts."""
        return sparse_index(self._folder, name, keys, texts)

    def content(
        self,
        name: str,
        entries: Mapping[str, Faq | Guide],
        asked: Mapping[str, Sequence[str]],
        weights: Weights,
        report: Report = silent,
    ) -> ContentIndex:
        """Entries by what they say and by these wordings."""
        wordings = {f"{id_}#{n}": (id_, text) for id_, texts in asked.items() for n, text in enumerate(texts)}
        documents = [document(entry) for entry in entries.values()]
        sparse = self.words(name, list(entries), documents)
        vectors = self.queries([text for _, text in wordings.values()], "问法的句向量", report)
        said = self.passages(documents, "解答的句向量", report)
        return ContentIndex(list(entries), said, wordings, vectors, sparse, weights)

    def asked(self, asked: Mapping[str, Sequence[str]], report: Report = silent) -> AskedIndex:
        """Articles by the questions written for them."""
        vectors = self.queries([text for some in asked.values() for text in some], "法条问法的句向量", report)
        return AskedIndex(asked, vectors, self.words("asked", list(asked), [" ".join(some) for some in asked.values()]))

    def articles(self, articles: Sequence[Article], report: Report = silent) -> Floats:
        """(n, d) vectors of articles."""
        return self.passages([passage(article) for article in articles], "条文的句向量", report)


def _counted(what: str, total: int, embed: Embed, report: Report) -> Embed:
    counted = 0

    def counting(part: Sequence[str]) -> Floats:
        nonlocal counted
        counted += len(part)
        report(what, counted, total)
        return embed(part)

    return counting
