"""From text to vectors: one small protocol, the real encoder, and a deterministic one for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from knowledge.search.adapter import build_built_in, built_in_name
from knowledge.search.graph import Graph, export

Floats = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
BUILT_IN = "e5-small-zh"
LONGEST_QUERY = 96  # tokens; what decides a lay question stands in its first 150 characters or so
LONGEST_PASSAGE = 320


class Encoder(Protocol):
    """Rows are unit vectors: the inner product of two rows is their cosine."""

    name: str
    dimension: int
    gentle: bool  # leave the second core to others

    def queries(self, texts: Sequence[str]) -> Floats:
        """(n, dimension) vectors of questions as people ask them."""
        ...

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        """(n, dimension) vectors of law texts; `progress(done, total)` is called as it goes."""
        ...


class SentenceEncoder:
    """A sentence-transformers model with E5's prefixes, run as an OpenVINO graph that is written at the first start."""

    def __init__(self, model: str, threads: int, cache: Path) -> None:
        self.gentle = False
        self._threads = threads
        self.name = built_in_name() if model == BUILT_IN else Path(model).name
        folder = cache / f"{self.name}-graph"
        if not folder.exists():
            export(build_built_in(cache) if model == BUILT_IN else model, folder)
        self._graph = Graph(folder, threads)
        self.dimension = self._graph.dimension

    def queries(self, texts: Sequence[str]) -> Floats:
        return self._encode([f"query: {text}" for text in texts], LONGEST_QUERY)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        return self._encode([f"passage: {text}" for text in texts], LONGEST_PASSAGE, progress)

    def _encode(self, texts: Sequence[str], longest: int, progress: Progress | None = None) -> Floats:
        if len(texts) == 1:
            return self._graph.one(texts[0], longest)[None, :]
        return self._graph.many(texts, longest, 1 if self.gentle else self._threads, progress)


class HashEncoder:
    """Unit vectors from the SHA-256 of character bigrams: same text, same vector, no model. For tests."""

    name = "hash"
    gentle = False

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension

    def queries(self, texts: Sequence[str]) -> Floats:
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, self.dimension), np.float32)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        return self.queries(texts)

    def _vector(self, text: str) -> Floats:
        total = np.zeros(self.dimension, np.float32)
        for left, right in zip(text, text[1:] + "。", strict=True):
            digest = hashlib.sha256((left + right).encode()).digest()
            total[int.from_bytes(digest[:4], "big") % self.dimension] += 1.0 if digest[4] & 1 else -1.0
        norm = float(np.linalg.norm(total))
        if norm == 0.0:
            total[0], norm = 1.0, 1.0
        return total / norm
