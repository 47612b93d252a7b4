"""Every way through an interview script, walked as a person walks it."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.schema import Script
from service.interviews import UNKNOWN, open_questions


def ways(script: Script, typed: str | None = None, answers: dict[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Complete answers, each way once; `typed`: what is said where there are no choices, beside not knowing."""
    given = answers or {}
    left = open_questions(script, given)
    if not left:
        yield given
        return
    options = [*(choice.id for choice in left[0].choices), UNKNOWN]
    if not left[0].choices and typed is not None:
        options.append(typed)
    for option in options:
        yield from ways(script, typed, {**given, left[0].id: option})
