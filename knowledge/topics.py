"""The names of the topics, for who needs nothing else of the content."""

from __future__ import annotations

from functools import lru_cache

from knowledge.content import KNOWLEDGE, ContentError, Problem, read_entries
from knowledge.schema import Topic


@lru_cache(maxsize=1)
def load_topics() -> dict[str, str]:
    """Label by id, in the order of the table. Raises ContentError."""
    problems: list[Problem] = []
    labels = {topic.id: topic.label for topic, _ in read_entries(KNOWLEDGE / "topics.yml", Topic, problems)}
    if problems:
        raise ContentError(problems)
    return labels
