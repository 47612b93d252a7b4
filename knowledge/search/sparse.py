"""Sparse search: BM25 over jieba words and, for what jieba cuts wrongly, character pairs."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import bm25s
import jieba
import numpy as np

from knowledge.search.vector_index import Hits

jieba.setLogLevel(logging.WARNING)
DICTIONARY = Path(__file__).resolve().parents[2] / "data" / "jieba" / "legal.txt"
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+")
STOP_WORDS = frozenset(
    [
        "的",
        "了",
        "是",
        "我",
        "你",
        "他",
        "她",
        "们",
        "在",
        "吗",
        "呢",
        "啊",
        "吧",
        "怎么",
        "怎么办",
        "什么",
        "可以",
        "请问",
        "这",
        "那",
        "有",
        "和",
        "与",
        "或",
        "就",
        "都",
        "也",
        "还",
        "被",
        "把",
    ]
)


@lru_cache(maxsize=1)
def _cutter() -> jieba.Tokenizer:
    cutter = jieba.Tokenizer()
    if DICTIONARY.exists():
        with DICTIONARY.open("rb") as file:  # given a path, jieba would leave the file open
            cutter.load_userdict(file)
    cutter.initialize()
    return cutter


def tokens(text: str) -> list[str]:
    """Words (search mode, with their parts) and character pairs of the Han runs, lower case, stop words out."""
    return cut(text) + pairs(text)


def cut(text: str) -> list[str]:
    """The words of `tokens`, none with a blank in it: what takes the time."""
    runs = _WORD.findall(text.lower())
    return [word for run in runs for word in _cutter().cut_for_search(run) if word not in STOP_WORDS]


def pairs(text: str) -> list[str]:
    """The character pairs of `tokens`."""
    return [f"#{run[i : i + 2]}" for run in _HAN.findall(text.lower()) for i in range(len(run) - 1)]


class SparseIndex:
    """BM25 over a fixed list of documents; built anew when they change (a second for 24,000 articles' cached words)."""

    def __init__(self, keys: Sequence[str], documents: Sequence[Sequence[str]]) -> None:
        self._keys = list(keys)
        self._bm25 = bm25s.BM25(k1=1.2, b=0.7)
        if self._keys:
            self._bm25.index([list(document) or ["∅"] for document in documents], show_progress=False)

    def save(self, folder: Path) -> None:
        """Write the index (not its keys) to a folder."""
        if self._keys:
            self._bm25.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, keys: Sequence[str]) -> SparseIndex:
        """Read what `save` wrote; `keys` must be those it was built with."""
        index = cls([], [])
        index._keys = list(keys)
        index._bm25 = bm25s.BM25.load(str(folder), load_vocab=True)
        return index

    def __len__(self) -> int:
        return len(self._keys)

    def search(self, query: Sequence[str], k: int) -> Hits:
        """The k best as (key, BM25 score), best first; only documents that share a token."""
        known = [token for token in dict.fromkeys(query) if token in self._bm25.vocab_dict] if self._keys else []
        if not known:
            return []
        scores = self._bm25.get_scores(known)
        k = min(k, len(self._keys))
        best = np.argpartition(-scores, k - 1)[:k]
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(self._keys[i], float(scores[i])) for i in best if scores[i] > 0]
