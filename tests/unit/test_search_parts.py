"""The parts of search, each by itself: exact neighbours, vectors kept by content, words, entries and their wordings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.search import sparse_cache
from knowledge.search.content_index import ContentIndex, Weights, _asked_first
from knowledge.search.encoder import Floats
from knowledge.search.sparse import SparseIndex, cut, tokens
from knowledge.search.vector_cache import VectorCache, text_key
from knowledge.search.vector_index import FaissIndex
from knowledge.search.vector_pack import write_pack
from tests.vector_contract import TEXTS, VectorIndexContract, encoder


class TestFaiss(VectorIndexContract):
    def make(self, folder: Path) -> FaissIndex:
        return FaissIndex(encoder.dimension)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("公司工资押金合同房东", min_size=1, max_size=12), min_size=1, max_size=20, unique=True))
def test_whatever_the_texts_scores_fall_and_agree_with_plain_arithmetic(texts: list[str]) -> None:
    vectors = encoder.passages(texts)
    filled = FaissIndex(encoder.dimension)
    filled.add(texts, vectors)
    hits = filled.search(vectors[0], len(texts))
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    for key, score in hits:
        assert score == pytest.approx(float(vectors[texts.index(key)] @ vectors[0]), abs=5e-3)


def test_only_what_changed_is_embedded_again(tmp_path: Path) -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return encoder.passages(texts)

    first = VectorCache(tmp_path / "vectors.sqlite").embed("space", TEXTS, embed)
    changed = [*TEXTS[:-1], "遗嘱要几个见证人"]
    again = VectorCache(tmp_path / "vectors.sqlite").embed("space", changed, embed)
    assert sorted(asked) == sorted([*TEXTS, "遗嘱要几个见证人"])
    np.testing.assert_allclose(first[:-1], again[:-1], atol=1e-3)  # kept in half precision
    VectorCache(tmp_path / "vectors.sqlite").embed("another encoder", TEXTS[:1], embed)
    assert asked.count(TEXTS[0]) == 2


def test_vectors_that_came_along_are_not_computed(tmp_path: Path) -> None:
    vectors = encoder.passages(TEXTS)
    pack = tmp_path / "vectors.npz"
    write_pack(pack, {"space": {text_key(text): vector for text, vector in zip(TEXTS, vectors, strict=True)}})
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return encoder.passages(texts)

    found = VectorCache(tmp_path / "vectors.sqlite", pack).embed("space", [*TEXTS, "遗嘱要几个见证人"], embed)
    assert asked == ["遗嘱要几个见证人"]
    assert (found[:-1] * vectors).sum(axis=1).min() > 0.999  # one byte a dimension
    VectorCache(tmp_path / "vectors.sqlite", pack).embed("another encoder", TEXTS[:1], embed)
    assert asked[1:] == TEXTS[:1]
    VectorCache(tmp_path / "other.sqlite", tmp_path / "none.npz").embed("space", TEXTS[1:2], embed)
    assert asked[2:] == TEXTS[1:2]


def test_words_find_the_entry_that_says_them() -> None:
    sparse = SparseIndex([str(i) for i in range(len(TEXTS))], [tokens(text) for text in TEXTS])
    assert sparse.search(tokens("押金不退"), 3)[0][0] == "1"
    assert sparse.search(tokens("商标"), 3)[0][0] == "3"
    assert sparse.search([], 3) == []
    assert SparseIndex([], []).search(tokens("押金"), 3) == []


def test_only_new_texts_are_cut_into_words_and_found_as_if_all_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(sparse_cache, "cut", lambda text: asked.append(text) or cut(text))
    keys = [str(i) for i in range(len(TEXTS))]
    sparse_cache.sparse_index(tmp_path, "articles", keys[1:], TEXTS[1:])
    assert asked == TEXTS[1:]
    grown = sparse_cache.sparse_index(tmp_path, "articles", keys, TEXTS)
    assert asked[len(TEXTS) - 1 :] == TEXTS[:1]
    whole = SparseIndex(keys, [tokens(text) for text in TEXTS])
    for text in TEXTS:
        assert grown.search(tokens(text), 3) == whole.search(tokens(text), 3) != []
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr(sparse_cache, "LAYOUT", "another way of cutting")
    sparse_cache.sparse_index(tmp_path, "articles", keys, TEXTS)
    assert asked[len(TEXTS) :] == TEXTS


def test_an_entry_is_found_by_its_wordings_and_a_hidden_wording_does_not_help() -> None:
    entries = {"wages": ["老板不发钱", "欠薪怎么要"], "deposit": ["房东不退押金", "押金要不回来"]}
    wordings = {f"{id_}#{n}": (id_, text) for id_, texts in entries.items() for n, text in enumerate(texts)}
    vectors = encoder.queries([text for _, text in wordings.values()])
    documents = encoder.passages(["拖欠工资的处理", "租房押金的处理"])
    sparse = SparseIndex(list(entries), [tokens("拖欠工资的处理"), tokens("租房押金的处理")])
    built = ContentIndex(list(entries), documents, wordings, vectors, sparse, Weights())
    question = encoder.queries(["房东不退押金"])[0]
    hit = built.search(question, tokens("房东不退押金"), 2)[0]
    assert (hit.id, hit.wording) == ("deposit", "房东不退押金")
    assert hit.near == pytest.approx(1.0, abs=1e-5)
    without = built.search(question, tokens("房东不退押金"), 2, leave_out="deposit#0")
    assert next(h for h in without if h.id == "deposit").near < 0.9
    assert sum(h.score for h in without) == pytest.approx(1.0, abs=1e-5)


def test_the_very_words_of_an_entry_find_it_before_a_likelier_one_that_says_nearly_the_same() -> None:
    order, shares = np.array([0, 1, 2]), np.array([0.6, 0.3, 0.1], np.float32)
    for nearest, first in (
        ([0.92, 1.0, 0.5], 1),
        ([0.92, 0.93, 0.5], 0),
        ([0.5, 0.4, 0.98], 2),
        ([0.5, 0.95, 0.95], 1),
    ):
        assert _asked_first(order, np.array(nearest, np.float32), shares)[0] == first
