"""What every vector index keeps, whatever it stands on: a test class to inherit from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from knowledge.search.encoder import HashEncoder
from knowledge.search.vector_index import VectorIndex

TEXTS = ["公司拖欠工资怎么办", "房东不退押金", "狗咬伤人谁赔", "商标被人抢注", "遗嘱怎么写才有效"]
KEYS = ["民法典#1", "民法典#2", "劳动法#3-1", "4", "5"]
encoder = HashEncoder()


class VectorIndexContract:
    def make(self, folder: Path) -> VectorIndex:
        """An empty index for vectors of the hashing encoder."""
        raise NotImplementedError

    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[VectorIndex]:
        filled = self.make(tmp_path)
        filled.add(KEYS, encoder.passages(TEXTS))
        yield filled
        getattr(filled, "close", lambda: None)()

    def test_the_nearest_of_a_text_is_itself(self, index: VectorIndex) -> None:
        for key, vector in zip(KEYS, encoder.passages(TEXTS), strict=True):
            best, cosine = index.search(vector, 3)[0]
            assert best == key
            assert cosine == pytest.approx(1.0, abs=2e-3)  # half precision

    def test_a_key_added_again_replaces_and_a_removed_one_is_gone(self, index: VectorIndex) -> None:
        index.add(KEYS[:1], encoder.passages(["完全不同的一句话"]))
        index.remove([KEYS[1], "unknown"])
        assert len(index) == len(TEXTS) - 1
        found = dict(index.search(encoder.passages(TEXTS[:1])[0], 99))
        assert KEYS[1] not in found
        assert found[KEYS[0]] < 0.9

    def test_the_same_key_twice_in_one_batch_is_a_mistake(self, index: VectorIndex) -> None:
        with pytest.raises(ValueError, match="重复"):
            index.add(["a", "a"], encoder.passages(["一", "二"]))

    def test_nothing_is_added_removed_or_asked(self, index: VectorIndex) -> None:
        index.add([], np.empty((0, encoder.dimension), np.float32))
        index.remove([])
        vector = encoder.passages(TEXTS[:1])[0]
        assert index.search(vector, 0) == []
        assert index.compare(vector, []) == {}
        assert len(index) == len(TEXTS)

    def test_scores_fall_and_agree_with_plain_arithmetic(self, index: VectorIndex) -> None:
        vectors = encoder.passages(TEXTS)
        query = encoder.passages(["公司不退押金"])[0]
        plain = dict(zip(KEYS, (vectors @ query).tolist(), strict=True))
        hits = index.search(query, 99)
        assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
        assert dict(hits) == pytest.approx(plain, abs=5e-3)
        assert index.compare(query, [*KEYS[:2], "unknown"]) == pytest.approx({k: plain[k] for k in KEYS[:2]}, abs=5e-3)
