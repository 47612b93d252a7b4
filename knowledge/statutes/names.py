"""Law names: one short canonical name for each law, and what people call it.

The short name drops 中华人民共和国, 《》 and spaces: 中华人民共和国民法典 -> 民法典. A name that several laws share
(诉讼法) stays ambiguous: the match carries the candidates and no name, so that nobody guesses silently.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge import fast_yaml

HERE = Path(__file__).parent
ALIASES_FILE = HERE / "aliases.yml"
VERSIONS_FILE = HERE / "versions.csv"
REPEALED_FILE = HERE / "repealed.csv"
REFERENCES_DIR = HERE.parent / "references"

_WIDTH = str.maketrans("（）〈〉", "()《》")
_VERSION_SUFFIX = re.compile(r"\((?:19|20)\d{2}(?:年)?(?:\d+月\d+日)?(?:修正|修订|修改|公布|文本|版)?\)?$")


def short_name(name: str) -> str:
    """The canonical short name: 《中华人民共和国民法典》 -> 民法典. Inner titles get 〈〉."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFC", name)).translate(_WIDTH)
    if _is_one_title(plain):
        plain = plain[1:-1]
    plain = _VERSION_SUFFIX.sub("", plain).replace("《中华人民共和国", "《").removeprefix("中华人民共和国")
    return plain.translate(str.maketrans("()《》", "（）〈〉"))


def _is_one_title(plain: str) -> bool:
    """《A〈B〉C》 is one title; 《A》与《B》 is not."""
    depth = 0
    for index, char in enumerate(plain):
        depth += (char == "《") - (char == "》")
        if depth == 0:
            return index > 0 and index == len(plain) - 1
    return False


@dataclass(frozen=True)
class NameMatch:
    """`name` is the short name; None when unknown (`candidates` empty) or ambiguous (`candidates` lists the laws)."""

    name: str | None
    candidates: tuple[str, ...] = ()

    @property
    def message(self) -> str | None:
        """What to tell a person when there is no single law."""
        if self.name:
            return None
        if self.candidates:
            return "这个名称可能指：" + "、".join(f"《{c}》" for c in self.candidates) + "，请写明是哪一部。"
        return "没有认出这部法律，请写出全称。"


class NameTable:
    """Every name by which a law may be called. Names are compared as `short_name` writes them."""

    def __init__(
        self, names: Iterable[str], aliases: Mapping[str, str], ambiguous: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._names = {short_name(n): short_name(n) for n in names}
        self._aliases = {short_name(a): short_name(n) for a, n in aliases.items()}
        self._ambiguous = {short_name(a): tuple(short_name(c) for c in cs) for a, cs in ambiguous.items()}

    def resolve(self, text: str) -> NameMatch:
        """The law a name stands for. The court is often left out: 《关于审理…的规定》 is the Supreme Court's if it has one."""
        short = short_name(text)
        if short.startswith("关于") and f"最高人民法院{short}" in self._names:
            short = f"最高人民法院{short}"
        if short in self._names:
            return NameMatch(short)
        if short in self._aliases:
            return NameMatch(self._aliases[short])
        return NameMatch(None, self._ambiguous.get(short, ()))

    def _knows(self, name: str) -> bool:
        return any(short_name(name) in table for table in (self._names, self._aliases, self._ambiguous))

    def spellings(self) -> list[str]:
        """All names that may be found in running text, longest first (so that 劳动合同法 wins over 合同法)."""
        return sorted({*self._names, *self._aliases, *self._ambiguous}, key=lambda s: (-len(s), s))

    def extended(self, names: Iterable[str], aliases: Mapping[str, str] | None = None) -> NameTable:
        """A table that also knows these, e.g. of imported rules. What is known already keeps its meaning."""
        more = NameTable((n for n in names if not self._knows(n)), aliases or {}, {})
        table = NameTable((), {}, {})
        table._names = {**more._names, **self._names}
        table._aliases = {**more._aliases, **self._aliases}
        table._ambiguous = dict(self._ambiguous)
        return table


@lru_cache(maxsize=1)
def default_names() -> NameTable:
    """Names of our version table, of repealed laws, of referenced rules, and `aliases.yml`."""
    data: dict[str, Any] = fast_yaml.load(ALIASES_FILE.read_text(encoding="utf-8"))
    aliases = {alias: name for name, many in data["aliases"].items() for alias in many}
    ambiguous = {alias: tuple(many) for alias, many in data["ambiguous"].items()}
    names = [*_column(VERSIONS_FILE, "law"), *_column(REPEALED_FILE, "law"), *data["aliases"]]
    table = NameTable(names, aliases, ambiguous)
    return table.extended(*_references())


def _column(path: Path, column: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def _references() -> tuple[list[str], dict[str, str]]:
    """Names of referenced rules. A malformed file is the knowledge check's to report, not ours to die of."""
    names: list[str] = []
    aliases: dict[str, str] = {}
    for path in sorted(REFERENCES_DIR.glob("*.yml")):
        try:
            loaded = fast_yaml.load(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        for entry in loaded if isinstance(loaded, list) else [loaded]:
            if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                names.append(entry["name"])
                aliases.update({a: entry["name"] for a in entry.get("aliases") or () if isinstance(a, str)})
    return names, aliases
