"""Questions that an article answers, as people ask them (`knowledge/asked/`): the bridge from how people talk to how laws are
written. For search only: nobody is shown them. Those that an FAQ answers (`knowledge/asked/answers/`) are not searched either:
the encoder learns from them (`training/`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from knowledge import fast_yaml
from knowledge.search.encoder import Floats
from knowledge.search.sparse import SparseIndex
from knowledge.search.vector_index import Hits

FOLDER = Path(__file__).parents[1] / "asked"
ANSWERS = FOLDER / "answers"


def load_asked(folder: Path = FOLDER) -> dict[str, tuple[str, ...]]:
    """Article key (民法典#577), in `ANSWERS` the id of an FAQ -> questions. Raises ValueError naming file and key for an entry
    that is no list of texts, or that stands in two files."""
    asked: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.yml")):
        for key, texts in (fast_yaml.load(path.read_text("utf-8")) or {}).items():
            if not texts or not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                raise ValueError(f"{path}：{key} 下面要是一列问法，每行一句，以“- ”开头")
            if key in asked:
                raise ValueError(f"{path}：{key} 在另一个文件里已有，请合到一处")
            asked[key] = tuple(texts)
    return asked


class AskedIndex:
    """Articles by the questions they answer."""

    def __init__(self, asked: Mapping[str, Sequence[str]], vectors: Floats, words: SparseIndex) -> None:
        """`vectors`: (n, d) of all questions, and `words`: of the articles' questions, both in the order of `asked`."""
        self.keys = list(asked)
        self._starts = np.cumsum([0, *map(len, asked.values())])[:-1]
        self._vectors, self._words = vectors, words

    def nearest(self, vector: Floats) -> Floats:
        """(len(keys),) cosine of each article's nearest question."""
        if not self.keys:
            return np.empty(0, np.float32)
        return np.asarray(np.maximum.reduceat(self._vectors @ vector, self._starts), np.float32)

    def by_words(self, words: Sequence[str], k: int) -> Hits:
        return self._words.search(words, k)


NONE = AskedIndex({}, np.empty((0, 0), np.float32), SparseIndex([], []))
