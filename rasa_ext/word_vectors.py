"""The mean of word vectors as one dense feature: messages that say the same in other words lie close together.

Every piece of text that is in the table counts (no cut into words that could be wrong), weighted by how rare it is.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import List, Sequence, Text

import numpy as np

from rasa_ext.features import normalise

TABLE = Path(sys.prefix) / "share" / "xiaofa" / "words.npz"  # made by `make setup` from the encoder's own embeddings
LONGEST_PIECE = 6
_LONGEST = 800


class WordVectors:
    """`vectors`: (pieces, dimension), each already times its weight."""

    def __init__(self, pieces: Sequence[Text], vectors: np.ndarray) -> None:
        self._pieces = list(pieces)
        self._at = {piece: i for i, piece in enumerate(pieces)}
        self._vectors = vectors

    @classmethod
    def fit(cls, texts: Sequence[Text], table: Path = TABLE) -> WordVectors:
        """Weights by inverse document frequency in `texts`. Raises FileNotFoundError where the table was not made."""
        if not table.exists():
            raise FileNotFoundError(f"{table} is missing: run `make setup`")
        with np.load(table) as arrays:
            plain = cls(arrays["pieces"].tolist(), arrays["vectors"].astype(np.float32))
        seen = Counter(i for text in texts for i in set(plain._find(text)))
        rarity = np.log((len(texts) + 1) / (np.array([seen[i] for i in range(len(plain._pieces))]) + 1))
        return cls(plain._pieces, plain._vectors * rarity[:, None].astype(np.float32))

    @property
    def dimension(self) -> int:
        return int(self._vectors.shape[1])

    def mean(self, text: Text) -> np.ndarray:
        """(dimension,) unit vector; zeros where no piece is known."""
        total = self._vectors[self._find(text)].sum(axis=0)
        return total / (float(np.linalg.norm(total)) or 1.0)

    def save(self, folder: Path) -> None:
        np.savez(folder / "words.npz", pieces=np.array(self._pieces), vectors=self._vectors.astype(np.float16))

    @classmethod
    def load(cls, folder: Path) -> WordVectors:
        with np.load(folder / "words.npz") as arrays:
            return cls(arrays["pieces"].tolist(), arrays["vectors"].astype(np.float32))

    def _find(self, text: Text) -> List[int]:
        clean = normalise(text)[:_LONGEST].replace(" ", "")
        ends = ((start, end) for start in range(len(clean)) for end in range(start + 1, start + LONGEST_PIECE + 1))
        found = (self._at.get(clean[start:end]) for start, end in ends if end <= len(clean))
        return [i for i in found if i is not None]
