"""Makes small differences between sentence vectors count: E5's vectors all point much the same way.

The mean is taken off and the main directions are damped by the square root of their spread (Su et al. 2021,
arXiv:2103.15316, with a half instead of a whole whitening). Fitted on our own wordings by `xiaofa tune`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge.search.encoder import Floats

FILE = Path(__file__).with_name("whitening.npz")
STRENGTH = 0.5


@dataclass(frozen=True)
class Whitening:
    """`map` is (d, d); `queries` and `passages` are the means of the two kinds of vectors, (d,)."""

    encoder: str
    queries: Floats
    passages: Floats
    map: Floats

    def of_queries(self, vectors: Floats) -> Floats:
        return unit(np.asarray((vectors - self.queries) @ self.map, np.float32))

    def of_passages(self, vectors: Floats) -> Floats:
        return unit(np.asarray((vectors - self.passages) @ self.map, np.float32))


def unit(vectors: Floats) -> Floats:
    """Rows scaled to length one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.ascontiguousarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def fit(encoder: str, queries: Floats, passages: Floats) -> Whitening:
    """From the vectors of wordings (n, d) and of passages (m, d)."""
    mean = queries.mean(axis=0)
    _, spread, directions = np.linalg.svd(queries - mean, full_matrices=False)
    scale = np.maximum(spread / np.sqrt(len(queries)), 1e-4) ** -STRENGTH
    return Whitening(encoder, mean, passages.mean(axis=0), (directions.T * scale).astype(np.float32))


def save(whitening: Whitening, path: Path = FILE) -> None:
    np.savez_compressed(
        path,
        encoder=np.array(whitening.encoder),
        queries=whitening.queries.astype(np.float16),
        passages=whitening.passages.astype(np.float16),
        map=whitening.map.astype(np.float16),
    )


@lru_cache(maxsize=8)
def load(encoder: str, dimension: int, path: Path = FILE) -> Whitening:
    """The fitted whitening of this encoder; of any other encoder the identity."""
    if path.exists():
        with np.load(path) as kept:
            if str(kept["encoder"]) == encoder:
                return Whitening(encoder, *(kept[name].astype(np.float32) for name in ("queries", "passages", "map")))
    zero = np.zeros(dimension, np.float32)
    return Whitening(encoder, zero, zero, np.eye(dimension, dtype=np.float32))
