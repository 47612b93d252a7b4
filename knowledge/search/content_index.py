"""Ranks written content (FAQs, or guides) for a question: by what an entry says and by how people ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.search.encoder import Floats
from knowledge.search.sparse import SparseIndex
from knowledge.search.whitening import unit


@dataclass(frozen=True)
class Weights:
    """Of a conditional logit over all entries, fitted by `xiaofa tune` on wordings left out of the index."""

    document: float = 14.0
    wordings: float = 14.0
    sparse: float = 2.3


@dataclass(frozen=True)
class FaqHit:
    """`score`: share of probability among all entries. `dense`: cosine to what the entry says, `near`: to its nearest
    wording (`wording`), both after whitening; `sparse`: BM25 relative to the best, 0..1."""

    id: str
    score: float
    dense: float
    near: float
    sparse: float
    wording: str


class ContentIndex:
    """A few hundred to ten thousand entries: exact, in memory, one matrix product a search."""

    def __init__(
        self,
        ids: Sequence[str],
        documents: Floats,
        wordings: Mapping[str, tuple[str, str]],
        vectors: Floats,
        sparse: SparseIndex,
        weights: Weights,
    ) -> None:
        """`documents` (n, d): what entry i says; `wordings`: key -> (entry id, text), with `vectors` in the same order."""
        self._ids = list(ids)
        self._at = {id_: number for number, id_ in enumerate(self._ids)}
        self._documents = documents
        self._keys = list(wordings)
        self._key_at = {key: number for number, key in enumerate(self._keys)}
        self._texts = [text for _, text in wordings.values()]
        self._owner = np.array([self._at[owner] for owner, _ in wordings.values()], np.int64)
        self._vectors = vectors
        self._sparse = sparse
        self._weights = weights
        self._sums = np.zeros_like(documents)
        np.add.at(self._sums, self._owner, vectors)
        self._middles = unit(self._sums)

    def features(self, vector: Floats, words: Sequence[str], leave_out: str = "") -> tuple[Floats, Floats, list[int]]:
        """(n, 3) of document cosine, wordings cosine, relative BM25; (n,) nearest cosine; the nearest wording of each."""
        near = self._vectors @ vector
        middles = self._middles @ vector
        if leave_out in self._key_at:
            out = self._key_at[leave_out]
            near[out] = -1.0
            owner = int(self._owner[out])
            middles[owner] = unit(self._sums[owner] - self._vectors[out]) @ vector
        nearest = np.full(len(self._ids), -1.0, np.float32)
        np.maximum.at(nearest, self._owner, near)
        best = {int(self._owner[at]): int(at) for at in np.argsort(near)}
        sparse = np.zeros(len(self._ids), np.float32)
        hits = self._sparse.search(words, 200)
        for id_, score in hits:
            sparse[self._at[id_]] = score / max(hits[0][1], 12.0)
        columns = np.stack([self._documents @ vector, middles, sparse], axis=1)
        return columns, nearest, [best.get(i, 0) for i in range(len(self._ids))]

    def search(self, vector: Floats, words: Sequence[str], k: int, leave_out: str = "") -> list[FaqHit]:
        """The k best entries, best first."""
        if not self._ids:
            return []
        columns, nearest, wording = self.features(vector, words, leave_out)
        logits = columns @ np.array([self._weights.document, self._weights.wordings, self._weights.sparse], np.float32)
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        order = np.argsort(-logits, kind="stable")[:k]
        return [
            FaqHit(
                self._ids[i],
                float(shares[i]),
                float(columns[i, 0]),
                float(nearest[i]),
                float(columns[i, 2]),
                self._texts[wording[i]],
            )
            for i in order.tolist()
        ]
