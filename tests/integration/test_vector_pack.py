"""The vectors in the repository are those of this encoder and of nearly all that is searched."""

from __future__ import annotations

from knowledge.content import load_content
from knowledge.search.adapter import asking_name, built_in_name
from knowledge.search.asked import load_asked
from knowledge.search.passages import document
from knowledge.search.vector_cache import text_key
from knowledge.search.vector_pack import PACK, read_pack


def test_the_pack_is_of_this_encoder_and_nearly_complete() -> None:
    """Otherwise a first start takes minutes longer; `xiaofa index --pack` mends it."""
    entries = load_content().faqs.values()
    wordings = [text_key(text) for entry in entries for text in (entry.question, *entry.variants)]
    asked = [text_key(text) for key, texts in load_asked().items() if key.startswith("民法典#") for text in texts]
    said = [text_key(document(entry)) for entry in entries]
    questions, passages = read_pack(PACK, f"{asking_name()}:query"), read_pack(PACK, f"{built_in_name()}:passage")
    for keys, packed in ((wordings, questions), (asked, questions), (said, passages)):
        assert sum(key in packed for key in keys) > 0.95 * len(keys), "xiaofa index --pack"
