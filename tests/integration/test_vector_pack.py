"""The vectors in the repository are those of this encoder and of nearly all that is searched."""

from __future__ import annotations

from knowledge.content import load_content
from knowledge.search.adapter import built_in_name
from knowledge.search.vector_cache import text_key
from knowledge.search.vector_pack import PACK, read_pack


def test_the_pack_is_of_this_encoder_and_nearly_complete() -> None:
    """Otherwise a first start takes minutes longer; `xiaofa index --pack` mends it."""
    entries = load_content().faqs.values()
    wordings = [text_key(text) for entry in entries for text in (entry.question, *entry.variants)]
    packed = read_pack(PACK, f"{built_in_name()}:query")
    assert sum(key in packed for key in wordings) > 0.95 * len(wordings), "xiaofa index --pack"
