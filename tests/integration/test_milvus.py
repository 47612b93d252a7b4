"""The index on Milvus keeps the contract, against the Milvus that runs in the process (milvus-lite)."""

from pathlib import Path

from knowledge.search.milvus_index import MilvusIndex
from tests.vector_contract import KEYS, TEXTS, VectorIndexContract, encoder


class TestMilvus(VectorIndexContract):
    def make(self, folder: Path) -> MilvusIndex:
        return MilvusIndex(str(folder / "milvus.db"), "articles", encoder.dimension)


def test_a_restart_finds_what_was_there(tmp_path: Path) -> None:
    first = MilvusIndex(str(tmp_path / "milvus.db"), "articles", encoder.dimension)
    first.add(KEYS, encoder.passages(TEXTS))
    first.close()
    again = MilvusIndex(str(tmp_path / "milvus.db"), "articles", encoder.dimension)
    assert len(again) == len(KEYS)
    assert again.search(encoder.passages(TEXTS[:1])[0], 1)[0][0] == KEYS[0]
    again.close()
