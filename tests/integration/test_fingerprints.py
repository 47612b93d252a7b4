"""The fingerprints in the repository are those of the texts in ../shared/statutes, and an import reads the same texts."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from knowledge.check import article_hashes, entries
from knowledge.content import Content
from knowledge.fingerprints import REFERENCES, fill
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.importer import import_path
from tests.unit.conftest import TODAY

ROOT = Path(__file__).resolve().parents[2]
TEXTS = Path(os.environ.get("XIAOFA_SHARED", ROOT.parent / "shared")) / "statutes"
pytestmark = pytest.mark.skipif(not TEXTS.exists(), reason=f"没有 {TEXTS}")


def test_filling_them_again_changes_nothing(tmp_path: Path) -> None:
    again = shutil.copytree(REFERENCES, tmp_path / "references")
    missing = fill(TEXTS, again)
    assert len(missing) <= 80  # files that the importer does not trust, and one rule with no official text
    for path in sorted(REFERENCES.glob("*.yml")):
        assert (again / path.name).read_text("utf-8") == path.read_text("utf-8"), path.name


def test_what_was_read_stays_read_when_the_texts_are_imported(
    content: Content, book: StatuteBook, book_file: Path, tmp_path: Path
) -> None:
    shutil.copy(book_file, tmp_path / book_file.name)
    assert import_path(TEXTS, tmp_path, TODAY).in_force > 700
    imported = StatuteBook(tmp_path / book_file.name)
    for entry in [*entries(content), *content.domains.values()]:
        assert article_hashes(entry, content, imported, TODAY) == article_hashes(entry, content, book, TODAY), entry.id
    imported.close()
