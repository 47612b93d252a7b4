"""Fingerprints of referenced articles: which text was read, for rules whose text is not in the book.

    fill(Path("../shared/statutes")) -> the articles whose text is not there

Written into `references/*.yml` beside the gist, the rest of the file as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from knowledge.content import KNOWLEDGE
from knowledge.statutes.importer import READERS
from knowledge.statutes.rule_text import RuleTextError, split_rule
from knowledge.statutes.store import text_sha256

REFERENCES = KNOWLEDGE / "references"
Edit = tuple[int, int, str]


def fill(folder: Path, references: Path = REFERENCES) -> list[str]:
    """Fingerprint every referenced article from the texts in `folder`; those without a text, as 规定名 第N条."""
    missing: list[str] = []
    for path in sorted(references.glob("*.yml")):
        text = path.read_text("utf-8")
        edits: list[Edit] = []
        for rule in _rules(text):
            fields = _fields(rule)
            read = _texts(folder / fields["source"].value)
            for node in fields["articles"].value:
                number = int(_fields(node)["number"].value)
                if number in read:
                    edits.append(_edit(text, node, read[number]))
                else:
                    missing.append(f"{fields['name'].value} 第{number}条")
        path.write_text(_edited(text, edits), "utf-8")
    return missing


def _rules(text: str) -> list[yaml.MappingNode]:
    """A file holds one rule, or a list of them."""
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    return root.value if isinstance(root, yaml.SequenceNode) else [root]


def _texts(source: Path) -> dict[int, str]:
    """Fingerprint of each article of a file, as the importer reads it; none of a file whose articles cannot be trusted."""
    if not source.is_file():
        return {}
    try:
        rule = split_rule(list(READERS[source.suffix](source).lines))
    except RuleTextError:
        return {}
    return {article.number: text_sha256(article.text) for article in rule.articles if not article.sub}


def _fields(mapping: yaml.MappingNode) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in mapping.value}


def _edit(text: str, article: yaml.MappingNode, fingerprint: str) -> Edit:
    """Where the fingerprint goes: over the old one, else at the end of the article, {in braces} or on lines of its own."""
    if (old := _fields(article).get("sha256")) is not None:
        return old.start_mark.index, old.end_mark.index, fingerprint
    if article.flow_style:
        end = article.end_mark.index - len("}")
        return end, end, f", sha256: {fingerprint}"
    written = len(text[: article.value[-1][1].end_mark.index].rstrip())
    end = f"{text}\n".index("\n", written)
    return end, end, f"\n{' ' * article.start_mark.column}sha256: {fingerprint}"


def _edited(text: str, edits: list[Edit]) -> str:
    return "".join(_pieces(text, sorted(edits)))


def _pieces(text: str, edits: list[Edit]) -> Iterator[str]:
    at = 0
    for start, end, new in edits:
        yield text[at:start]
        yield new
        at = end
    yield text[at:]
