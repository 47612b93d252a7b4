"""Reads the templates, in the order they are offered."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from knowledge.content import ContentError, Problem, read_entries
from knowledge.documents.schema import DocumentTemplate

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def load_templates(folder: Path = FOLDER) -> dict[str, DocumentTemplate]:
    """By script id (`doc:…`). Raises ContentError naming file and line."""
    problems: list[Problem] = []
    templates: dict[str, DocumentTemplate] = {}
    for path in sorted(folder.glob("*.yml")):
        for template, place in read_entries(path, DocumentTemplate, problems):
            if template.script_id in templates:
                problems.append(Problem(path, place.line, f"“{template.id}”重复"))
            templates[template.script_id] = template
    if problems:
        raise ContentError(problems)
    return dict(sorted(templates.items(), key=lambda item: (item[1].order, item[0])))
