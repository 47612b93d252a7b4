"""Dense search on Milvus: for several action servers that share one index of millions of vectors (docs/decisions/0011).

`pymilvus` is not among what 龙华小法 installs by itself: it is imported when the setting `milvus_uri` names a server.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.search.encoder import Floats
from knowledge.search.vector_index import Hits, no_repeats

BATCH = 512
LONGEST_KEY = 256


class MilvusIndex:
    """Exact inner product in the collection `name` of a Milvus; what is there is kept, so that a restart adds nothing twice."""

    def __init__(self, uri: str, name: str, dimension: int, token: str = "") -> None:
        """Raises pymilvus.exceptions.MilvusException when the server is away or refuses; ImportError without `pymilvus`."""
        from pymilvus import DataType, MilvusClient

        self._name = name
        self._client = MilvusClient(uri, token=token)
        if self._client.has_collection(name):
            return
        schema = MilvusClient.create_schema(auto_id=False)
        schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=LONGEST_KEY)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        wanted = self._client.prepare_index_params()
        wanted.add_index("vector", index_type="FLAT", metric_type="IP")
        self._client.create_collection(name, schema=schema, index_params=wanted, consistency_level="Strong")

    def __len__(self) -> int:
        return int(self._client.query(self._name, filter="", output_fields=["count(*)"])[0]["count(*)"])

    def add(self, keys: Sequence[str], vectors: Floats) -> None:
        no_repeats(keys)
        rows = [{"key": key, "vector": vector} for key, vector in zip(keys, vectors.tolist(), strict=True)]
        for start in range(0, len(rows), BATCH):
            self._client.upsert(self._name, rows[start : start + BATCH])

    def remove(self, keys: Sequence[str]) -> None:
        if keys:
            self._client.delete(self._name, ids=list(keys))

    def search(self, vector: Floats, k: int) -> Hits:
        if k <= 0:
            return []
        found = self._client.search(self._name, [vector.ravel().tolist()], limit=k, search_params={"metric_type": "IP"})
        return [(hit["key"], float(hit["distance"])) for hit in found[0]]

    def compare(self, vector: Floats, keys: Sequence[str]) -> dict[str, float]:
        rows = self._client.get(self._name, ids=list(keys), output_fields=["vector"]) if keys else []
        return {row["key"]: float(vector.ravel() @ row["vector"]) for row in rows}

    def close(self) -> None:
        self._client.close()
