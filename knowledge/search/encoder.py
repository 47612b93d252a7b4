"""From text to vectors: one small protocol, the real encoder, and a deterministic one for tests."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from knowledge.search.adapter import asking_name, build_asking, build_built_in, built_in_name
from knowledge.search.graph import Graph, export

Floats = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
BUILT_IN = "e5-small-zh"
LONGEST_QUERY = 96  # tokens; what decides a lay question stands in its first 150 characters or so
LONGEST_PASSAGE = 320


Kind = Literal["query", "passage"]


class Encoder(Protocol):
    """Rows are unit vectors: the inner product of two rows is their cosine."""

    name: str
    dimension: int
    gentle: bool  # leave the second core to others

    def space(self, kind: Kind) -> str:
        """Names the vectors of this kind: kept ones of the same name are as good as new."""
        ...

    def queries(self, texts: Sequence[str]) -> Floats:
        """(n, dimension) vectors of questions as people ask them."""
        ...

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        """(n, dimension) vectors of law texts; `progress(done, total)` is called as it goes."""
        ...

    def release(self, kind: Kind) -> None:
        """Give back the memory of what embeds this kind; it is loaded again when wanted."""
        ...


class SentenceEncoder:
    """A sentence-transformers model with E5's prefixes, run as an OpenVINO graph that is written at the first start. The built-in
    one has a model for questions and another for passages; what embeds no passage does not load that."""

    def __init__(self, model: str, threads: int, cache: Path) -> None:
        self.gentle = False
        self._threads = threads
        built_in = model == BUILT_IN
        self._names: dict[Kind, str] = {
            "query": asking_name() if built_in else Path(model).name,
            "passage": built_in_name() if built_in else Path(model).name,
        }
        self.name = self._names["query"]
        builds: dict[Kind, Callable[[Path], Path]] = {"query": build_asking, "passage": build_built_in}
        for kind, build in builds.items():
            folder = cache / f"{self._names[kind]}-graph"
            if not folder.exists():
                export(build(cache) if built_in else model, folder)
        self._cache = cache
        self._loading = threading.Lock()
        self._graphs: dict[str, Graph] = {}
        self.dimension = self._graph("query").dimension

    def space(self, kind: Kind) -> str:
        return f"{self._names[kind]}:{kind}"

    def queries(self, texts: Sequence[str]) -> Floats:
        return self._encode("query", texts, LONGEST_QUERY)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        return self._encode("passage", texts, LONGEST_PASSAGE, progress)

    def _encode(self, kind: Kind, texts: Sequence[str], longest: int, progress: Progress | None = None) -> Floats:
        graph, said = self._graph(kind), [f"{kind}: {text}" for text in texts]
        if len(said) == 1:
            return graph.one(said[0], longest)[None, :]
        return graph.many(said, longest, 1 if self.gentle else self._threads, progress)

    def release(self, kind: Kind) -> None:
        with self._loading:
            self._graphs.pop(self._names[kind], None)

    def _graph(self, kind: Kind) -> Graph:
        name = self._names[kind]
        with self._loading:
            if name not in self._graphs:
                self._graphs[name] = Graph(self._cache / f"{name}-graph", self._threads)
            return self._graphs[name]


class HashEncoder:
    """Unit vectors from the SHA-256 of character bigrams: same text, same vector, no model. For tests."""

    name = "hash"
    gentle = False

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension

    def space(self, kind: Kind) -> str:
        return f"{self.name}:{kind}"

    def queries(self, texts: Sequence[str]) -> Floats:
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, self.dimension), np.float32)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        return self.queries(texts)

    def release(self, kind: Kind) -> None:
        """Holds nothing."""

    def _vector(self, text: str) -> Floats:
        total = np.zeros(self.dimension, np.float32)
        for left, right in zip(text, text[1:] + "。", strict=True):
            digest = hashlib.sha256((left + right).encode()).digest()
            total[int.from_bytes(digest[:4], "big") % self.dimension] += 1.0 if digest[4] & 1 else -1.0
        norm = float(np.linalg.norm(total))
        if norm == 0.0:
            total[0], norm = 1.0, 1.0
        return total / norm
