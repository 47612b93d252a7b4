"""The BM25 index on disk, named after its content: 24,000 articles are cut into words once."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from knowledge.search.sparse import DICTIONARY, SparseIndex, tokens

LAYOUT = "1"


def sparse_index(folder: Path, name: str, keys: Sequence[str], texts: Sequence[str]) -> SparseIndex:
    """The index of `texts` under `keys`, from disk when the very same content was indexed before."""
    digest = hashlib.sha256(LAYOUT.encode())
    if DICTIONARY.exists():
        digest.update(DICTIONARY.read_bytes())
    for key, text in zip(keys, texts, strict=True):
        digest.update(f"{key}\0{text}\0".encode())
    target = folder / f"{name}-{digest.hexdigest()[:16]}"
    if target.exists():
        return SparseIndex.load(target, keys)
    index = SparseIndex(keys, [tokens(text) for text in texts])
    draft = folder / f"draft-{os.getpid()}-{target.name}"
    index.save(draft)
    for old in folder.glob(f"{name}-*"):
        shutil.rmtree(old, ignore_errors=True)
    if draft.exists():  # an empty index writes nothing
        draft.rename(target)
    return index
