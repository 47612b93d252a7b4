"""Ranks written content (FAQs, or guides) for a question: by what an entry says and by how people ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.search.encoder import Floats
from knowledge.search.sparse import SparseIndex


@dataclass(frozen=True)
class Weights:
    """Of a conditional logit over all entries, fitted by `xiaofa tune` on wordings left out of the index."""

    document: float = 14.0
    wordings: float = 14.0
    sparse: float = 2.3


@dataclass(frozen=True)
class FaqHit:
    """`score`: share of probability among all entries. `dense`: cosine to what the entry says, `near`: to its nearest
    wording (`wording`); `sparse`: BM25 relative to the best, 0..1."""

    id: str
    score: float
    dense: float
    near: float
    sparse: float
    wording: str


ASKED_BEFORE = 0.9  # cosine: a wording of the entry says nearly the same
WORD_FOR_WORD = 0.97  # or the same but for a particle
WORTH = 0.1  # of the best entry's share: below it, a like wording is about something else


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
        self._order = np.argsort(self._owner, kind="stable")  # wordings of an entry side by side
        self._asked, self._starts = np.unique(self._owner[self._order], return_index=True)
        self._vectors = vectors
        self._sparse = sparse
        self._weights = weights
        self._sums = np.zeros_like(documents)
        np.add.at(self._sums, self._owner, vectors)
        self._middles = unit(self._sums)

    def features(self, vector: Floats, words: Sequence[str], leave_out: str = "") -> tuple[Floats, Floats]:
        """(n, 3) of document cosine, wordings cosine, relative BM25; (w,) cosine to each wording."""
        near = self._vectors @ vector
        middles = self._middles @ vector
        if leave_out in self._key_at:
            out = self._key_at[leave_out]
            near[out] = -1.0
            owner = int(self._owner[out])
            middles[owner] = unit(self._sums[owner] - self._vectors[out]) @ vector
        sparse = np.zeros(len(self._ids), np.float32)
        hits = self._sparse.search(words, 200)
        for id_, score in hits:
            sparse[self._at[id_]] = score / max(hits[0][1], 12.0)
        columns = np.stack([self._documents @ vector, middles, sparse], axis=1)
        return columns, near

    def search(self, vector: Floats, words: Sequence[str], k: int, leave_out: str = "") -> list[FaqHit]:
        """The k best entries, best first."""
        if not self._ids:
            return []
        columns, near = self.features(vector, words, leave_out)
        logits = columns @ np.array([self._weights.document, self._weights.wordings, self._weights.sparse], np.float32)
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        order = _asked_first(np.argsort(-logits, kind="stable"), self._nearest(near), shares)[:k]
        hits = []
        for i in order.tolist():
            closest = self._closest(i, near)
            cosine, text = (float(near[closest]), self._texts[closest]) if closest >= 0 else (-1.0, "")
            share, dense, sparse = float(shares[i]), float(columns[i, 0]), float(columns[i, 2])
            hits.append(FaqHit(self._ids[i], share, dense, cosine, sparse, text))
        return hits

    def _nearest(self, near: Floats) -> Floats:
        """(n,) cosine of each entry's nearest wording."""
        nearest = np.full(len(self._ids), -1.0, np.float32)
        np.maximum.at(nearest, self._owner, near)
        return nearest

    def _closest(self, entry: int, near: Floats) -> int:
        """The wording of an entry nearest to the question; -1 when it has none."""
        at = int(np.searchsorted(self._asked, entry))
        if at == len(self._asked) or self._asked[at] != entry:
            return -1
        end = self._starts[at + 1] if at + 1 < len(self._starts) else len(self._order)
        mine = self._order[self._starts[at] : end]
        return int(mine[np.argmax(near[mine])])


def unit(vectors: Floats) -> Floats:
    """Rows scaled to length one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.ascontiguousarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def _asked_first(order: NDArray[np.int64], nearest: Floats, shares: Floats) -> NDArray[np.int64]:
    """Entries one of whose wordings says nearly the same come first, in their own order: among 1,300 entries the middle of
    many wordings is a poor rival to the very words. Unless they are the very words, which come before all, the rest of the
    entry must fit too."""
    worth = (shares >= WORTH * shares.max()) | (nearest >= WORD_FOR_WORD)
    nearly = np.where((nearest >= ASKED_BEFORE) & worth, 1, 2)
    tier = np.where(nearest >= WORD_FOR_WORD, 0, nearly)[order]
    return order[np.argsort(tier, kind="stable")]
