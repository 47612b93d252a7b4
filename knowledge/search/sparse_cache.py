"""The BM25 index on disk, named after its content: 24,000 articles are cut into words once, also when some come or go later."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from knowledge.search.sparse import DICTIONARY, SparseIndex, cut, pairs

LAYOUT = "1"
WORDS = "words.txt"


def sparse_index(folder: Path, name: str, keys: Sequence[str], texts: Sequence[str]) -> SparseIndex:
    """The index of `texts` under `keys`, from disk when the very same content was indexed before; else only texts that the
    index before did not have are cut."""
    digest = hashlib.sha256(_cutting())
    for key, text in zip(keys, texts, strict=True):
        digest.update(f"{key}\0{text}\0".encode())
    target = folder / f"{name}-{digest.hexdigest()[:16]}"
    if target.exists():
        return SparseIndex.load(target, keys)
    before = sorted(folder.glob(f"{name}-*"))
    known = _read_words(before)
    ids = [_key(text.encode()) for text in texts]
    lines = {id_: known.get(id_) or " ".join(cut(text)) for id_, text in zip(ids, texts, strict=True)}
    # One object a word: millions of equal strings would take more memory than all else.
    documents = [
        list(map(sys.intern, (*lines[id_].split(), *pairs(text)))) for id_, text in zip(ids, texts, strict=True)
    ]
    index = SparseIndex(keys, documents)
    draft = folder / f"draft-{os.getpid()}-{target.name}"
    index.save(draft)
    for old in before:
        shutil.rmtree(old, ignore_errors=True)
    if draft.exists():  # an empty index writes nothing
        _write_words(draft, lines)
        draft.rename(target)
    return index


def _cutting() -> bytes:
    """Changes with how texts are cut."""
    return LAYOUT.encode() + (DICTIONARY.read_bytes() if DICTIONARY.exists() else b"")


def _key(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _write_words(folder: Path, lines: dict[str, str]) -> None:
    with (folder / WORDS).open("w", encoding="utf-8") as file:
        file.write(f"{_key(_cutting())}\n")
        file.writelines(f"{key} {words}\n" for key, words in lines.items())


def _read_words(folders: Sequence[Path]) -> dict[str, str]:
    """The words of every text that these indexes were made of, by its key; nothing of those cut otherwise."""
    known: dict[str, str] = {}
    for file in (folder / WORDS for folder in folders if (folder / WORDS).is_file()):
        head, *rows = file.read_text("utf-8").splitlines()
        if head == _key(_cutting()):
            known.update((key, words) for key, _, words in (row.partition(" ") for row in rows))
    return known
