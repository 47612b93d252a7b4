"""The vectors that come with a checkout: embedding 20,000 texts is most of a first start on processors without bf16.

Nothing depends on it: a text whose vector is not here, because it changed or because the encoder is another, is embedded.
`xiaofa index --pack` writes it anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from knowledge.search.encoder import Floats

PACK = Path(__file__).parent / "vectors.npz"


def write_pack(path: Path, spaces: Mapping[str, Mapping[bytes, Floats]]) -> None:
    """One byte a dimension, scaled by each vector's largest (cosine to what was given >= 0.999). Sorted by key, so that the
    same vectors are the same file."""
    arrays = {}
    for space, vectors in spaces.items():
        keys = sorted(vectors)
        rows = np.stack([vectors[key] for key in keys])
        scales = np.abs(rows).max(axis=1, keepdims=True) / 127
        arrays[f"{space}/keys"] = np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), -1)
        arrays[f"{space}/bytes"] = np.rint(rows / scales).astype(np.int8)
    np.savez(path, allow_pickle=False, **arrays)


def read_pack(path: Path, space: str) -> dict[bytes, Floats]:
    """The unit vectors of a space by text key; none when the pack, or the space in it, is not there."""
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as arrays:
        if f"{space}/keys" not in arrays.files:
            return {}
        rows = arrays[f"{space}/bytes"].astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return dict(zip(map(bytes, arrays[f"{space}/keys"]), rows, strict=True))
