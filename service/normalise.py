"""What people type, made searchable: width, traditional characters, noise; the meaning is left alone."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml
from opencc import OpenCC

LONGEST = 600  # characters that reach the search; a longer story keeps its head and tail


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=1)
def _spoken() -> list[tuple[re.Pattern[str], str]]:
    groups = yaml.safe_load(Path(__file__).with_name("spoken_words.yml").read_text("utf-8"))
    return [(re.compile(said), meant) for words in groups.values() for said, meant in words.items()]


def in_mandarin(text: str) -> str:
    """Dialect words and misheard characters as Mandarin writes them (`spoken_words.yml`); simplified characters only."""
    for said, meant in _spoken():
        text = said.sub(meant, text)
    return text


def normalise(text: str) -> str:
    """NFKC, simplified characters, dialect in Mandarin, control characters and markup out, white space folded, cut to 600
    characters."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"<!\[CDATA\[|\]\]>", " ", plain)  # what it wraps is text
    plain = re.sub(r"<[^<>]{0,200}>", " ", plain)
    plain = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in plain)
    plain = in_mandarin(_simplifier().convert(re.sub(r"\s+", " ", plain).strip()))
    plain = re.sub(r"(.)\1{4,}", r"\1\1\1", plain)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST // 3 * 2]} {plain[-LONGEST // 3 :]}"
