"""The repository's content, read once a process: its topics' names, and what citations are checked against."""

from __future__ import annotations

import gc
from functools import lru_cache

from knowledge.content import Content, load_content


@lru_cache(maxsize=1)
def content() -> Content:
    """Seconds the first time: the desk reads it before it opens its doors. It stays as long as the process, so the collector
    need not look through it: that was half a second in which every page stood still."""
    loaded = load_content(strict=False)
    gc.freeze()
    return loaded
