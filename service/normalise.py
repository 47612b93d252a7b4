"""What people type, made searchable: width, traditional characters, noise; the meaning is left alone."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

LONGEST = 600  # characters that reach the search; a longer story keeps its head and tail


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def normalise(text: str) -> str:
    """NFKC, simplified characters, control characters and markup out, white space folded, cut to 600 characters."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"<[^<>]{0,200}>", " ", plain)
    plain = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in plain)
    plain = _simplifier().convert(re.sub(r"\s+", " ", plain).strip())
    plain = re.sub(r"(.)\1{4,}", r"\1\1\1", plain)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST // 3 * 2]} {plain[-LONGEST // 3 :]}"
