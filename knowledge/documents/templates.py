"""Reads the templates, in the order they are offered."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from knowledge.content import load_table
from knowledge.documents.schema import DocumentTemplate

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def load_templates(folder: Path = FOLDER) -> dict[str, DocumentTemplate]:
    """By script id (`doc:…`). Raises ContentError naming file and line."""
    templates = load_table(sorted(folder.glob("*.yml")), DocumentTemplate, lambda template: template.script_id)
    return dict(sorted(templates.items(), key=lambda item: (item[1].order, item[0])))
