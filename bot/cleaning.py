"""What a person typed, made safe to keep and to send on. Nothing is interpreted here; HTML stays text."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Problem = Literal["empty", "wordless", "too_long"]

_KEPT = {"\n", "\t", "\u200d", "\ufe0f"}  # the last two hold emoji together
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}  # controls, invisible formatting, lone surrogates, private and unassigned
_COMMAND_MARKS = {"/": "／", "@": "＠"}
_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """Without control and invisible characters, unified line ends, trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if not text.isascii() or not text.isprintable():
        text = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _DROPPED)
    return _LINES.sub("\n\n", text).strip().strip("\u200d\ufe0f").strip()


def problem(text: str, max_length: int) -> Problem | None:
    """Why a cleaned text cannot be answered: nothing in it, no letter or digit in it (emoji, punctuation), too long."""
    if not text:
        return "empty"
    if len(text) > max_length:
        return "too_long"
    if not any(unicodedata.category(c)[0] in "LN" for c in text):
        return "wordless"
    return None


def for_rasa(text: str) -> str:
    """The text as Rasa may see it: `/` and `@` at the start are commands there, so full-width signs stand in."""
    head = len(text) - len(text.lstrip("/@ \n\t"))
    return "".join(_COMMAND_MARKS.get(c, c) for c in text[:head]) + text[head:]
