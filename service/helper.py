"""Who asks for somebody else ("我替爸妈问：…"): the question is heard without these words, and the lawyer is told for whom."""

from __future__ import annotations

import re

_FOR = re.compile(r"^\s*我?(?:替|帮|代)(?P<who>[^\s，,。：:]{1,8}?)(?:来)?问(?:一下)?[：:]\s*")


def asked_for(text: str) -> str | None:
    """For whom the words ask: "爸妈"; None when for the speaker."""
    found = _FOR.match(text)
    return found["who"] if found else None


def heard(text: str) -> str:
    """The question itself; all of it when nothing else was said."""
    return _FOR.sub("", text) or text
