"""The names of the topics, for who needs nothing else of the content."""

from __future__ import annotations

from functools import lru_cache

from knowledge.content import KNOWLEDGE, load_table
from knowledge.schema import Topic


@lru_cache(maxsize=1)
def load_topics() -> dict[str, str]:
    """Label by id, in the order of the table. Raises ContentError."""
    topics = load_table([KNOWLEDGE / "topics.yml"], Topic, lambda topic: topic.id)
    return {id_: topic.label for id_, topic in topics.items()}
