"""Articles for a question: candidates by meaning, by words, by the questions written for them and by the FAQs that cite them,
ranked by what was learned."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.search.asked import NONE, AskedIndex
from knowledge.search.encoder import Floats
from knowledge.search.ranking import FEATURES, Ranking, chances, shares
from knowledge.search.sparse import SparseIndex
from knowledge.search.vector_index import Hits, VectorIndex
from knowledge.statutes.book import Article

CANDIDATES = 200  # of each kind; an article no way of searching puts among them is not ranked
WEAK_WORDS = 12.0  # a best BM25 score below this says little
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class StatuteHit:
    """`score`: of the ranking; `chance`: that the article answers the question, 0..1; `dense` and `sparse` as found."""

    key: str
    score: float
    chance: float
    dense: float
    sparse: float


@dataclass(frozen=True)
class Vote:
    """What FAQs that match a question say for an article they cite: their share of probability, and the nearest one."""

    share: float
    near: float


class StatuteIndex:
    """All articles; their vectors may come later, BM25 serving until then. Safe to search while vectors are added."""

    def __init__(
        self,
        articles: Sequence[Article],
        sparse: SparseIndex,
        dense: VectorIndex,
        cited: Mapping[str, int],
        ranking: Ranking,
        asked: AskedIndex = NONE,
    ) -> None:
        """`cited`: how many FAQs cite an article, by key; `asked`: questions written for some of these articles."""
        self.articles = {article.key: article for article in articles}
        self._keys = list(self.articles)
        self._at = {key: number for number, key in enumerate(self._keys)}
        self._sparse, self._dense, self._ranking, self._asked = sparse, dense, ranking, asked
        self._weights = np.array([ranking.weights[name] for name in FEATURES], np.float32)
        self._lock = threading.Lock()
        self._waiting: list[Article] = []
        self.grown = 0  # times that vectors came: what was found before may be found otherwise now
        names = [article.law for article in self.articles.values()]
        self._laws = np.unique(np.array(names or [""]), return_inverse=True)[1]
        self._fixed = _fixed(list(self.articles.values()), cited, ranking)

    @property
    def embedded(self) -> int:
        return len(self._dense)

    def add(self, keys: Sequence[str], vectors: Floats) -> None:
        with self._lock:
            self._dense.add(keys, vectors)
            self.grown += 1

    @property
    def waiting(self) -> int:
        """Articles that have no vector yet."""
        return len(self._waiting)

    def put_off(self, articles: Sequence[Article]) -> None:
        """These, and no others, wait for their vectors."""
        with self._lock:
            self._waiting = list(articles)

    def take(self, most: int) -> list[Article]:
        """The next that wait; they wait no more."""
        with self._lock:
            taken, self._waiting = self._waiting[:most], self._waiting[most:]
        return taken

    def nearest(self, vector: Floats, k: int) -> Hits:
        with self._lock:
            return self._dense.search(vector, k)

    def by_words(self, words: Sequence[str], k: int) -> Hits:
        return self._sparse.search(words, k)

    def features(self, vector: Floats, words: Sequence[str], votes: Mapping[str, Vote]) -> tuple[Rows, Floats]:
        """The candidates (m,) as numbers of articles, and their features (m, len(FEATURES))."""
        near, words_hits = dict(self.nearest(vector, CANDIDATES)), dict(self.by_words(words, CANDIDATES))
        asked, asked_words = self._by_question(vector), dict(self._asked.by_words(words, CANDIDATES))
        keys = near.keys() | words_hits.keys() | votes.keys() | asked.keys() | asked_words.keys()
        rows = np.sort(np.array([self._at[key] for key in keys if key in self._at], np.int64))
        names = [self._keys[row] for row in rows]
        unknown = [key for key in names if key not in near]
        with self._lock:
            near |= self._dense.compare(vector, unknown)
        top, floor = max(near.values(), default=0.0), min(near.values(), default=0.0)
        best, asked_best = max([WEAK_WORDS, *words_hits.values()]), max([WEAK_WORDS, *asked_words.values()])
        asked_top, asked_floor = max(asked.values(), default=0.0), min(asked.values(), default=0.0)
        columns: dict[str, Sequence[float] | Floats] = {
            "dense": [near.get(key, floor) - top for key in names],
            "sparse": [words_hits.get(key, 0.0) / best for key in names],
            "vote": [votes[key].share ** 0.5 if key in votes else 0.0 for key in names],
            "near": [max(votes[key].near, 0.0) if key in votes else 0.0 for key in names],
            "asked": [asked.get(key, asked_floor) - asked_top for key in names],
            "asked_words": [asked_words.get(key, 0.0) / asked_best for key in names],
            "neighbour": self._neighbours(rows, near, floor) - top,
        }
        matrix = np.empty((len(rows), len(FEATURES)), np.float32)
        for at, name in enumerate(FEATURES):
            matrix[:, at] = columns[name] if name in columns else self._fixed[name][rows]
        return rows, matrix

    def _by_question(self, vector: Floats) -> dict[str, float]:
        """The articles with the nearest questions, and how near."""
        near = self._asked.nearest(vector)
        best = np.argpartition(-near, CANDIDATES)[:CANDIDATES] if len(near) > CANDIDATES else np.arange(len(near))
        return {self._asked.keys[i]: float(near[i]) for i in best.tolist()}

    def _neighbours(self, rows: Rows, near: Mapping[str, float], floor: float) -> Floats:
        """The nearest of the two articles before and after in the same law: who finds 577 may want 578."""
        best = np.full(len(rows), floor, np.float32)
        last = len(self._keys) - 1
        for step in (-2, -1, 1, 2):
            other = np.clip(rows + step, 0, last)
            same = self._laws[other] == self._laws[rows]
            value = np.array([near.get(self._keys[i], floor) for i in other], np.float32)
            best = np.where(same, np.maximum(best, value), best)
        return best

    def search(self, vector: Floats, words: Sequence[str], votes: Mapping[str, Vote], k: int) -> list[StatuteHit]:
        """The k best, best first."""
        rows, matrix = self.features(vector, words, votes)
        if not len(rows):
            return []
        scores = matrix @ self._weights
        sure = chances(shares(scores), self._ranking)
        dense, sparse = FEATURES.index("dense"), FEATURES.index("sparse")
        return [
            StatuteHit(
                self._keys[rows[i]], float(scores[i]), float(sure[i]), float(matrix[i, dense]), float(matrix[i, sparse])
            )
            for i in np.argsort(-scores, kind="stable")[:k].tolist()
        ]

    def key_of(self, row: int) -> str:
        return self._keys[row]


def _fixed(articles: Sequence[Article], cited: Mapping[str, int], ranking: Ranking) -> dict[str, Floats]:
    """Features that do not depend on the question, one value an article."""
    size = Counter(article.law for article in articles)
    seen, wanted = _by_law(ranking.answered), _by_law(cited)

    def law_share(law: str) -> float:
        return float(np.log((seen[law] + 0.05 * wanted[law] ** 0.5 + 0.02) / (size[law] + 20)))

    def column(values: Iterable[float]) -> Floats:
        return np.fromiter(values, np.float32, len(articles))

    return {
        "law_share": column(law_share(a.law) for a in articles),
        "law_seen": column(np.log(seen[a.law] + 0.2) for a in articles),
        "article_seen": column(np.log1p(ranking.answered.get(a.key, 0)) for a in articles),
        "cited": column(np.log1p(cited.get(a.key, 0)) for a in articles),
        "national": column(float(a.kind == "law") for a in articles),
        "local": column(float(a.kind == "local") for a in articles),
        "length": column(np.log1p(len(a.text)) for a in articles),
    }


def _by_law(counts: Mapping[str, int]) -> Counter[str]:
    total: Counter[str] = Counter()
    for key, count in counts.items():
        total[key.partition("#")[0]] += count
    return total
