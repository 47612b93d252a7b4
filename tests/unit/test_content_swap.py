"""A FAQ edited in the repository answers seconds later, without a restart, and nothing else is embedded again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from actions.runtime import Runtime, refresh
from cases.database import Database
from knowledge.content import ContentError, load_content, stamp
from knowledge.search.encoder import Floats
from service.answering import Answerer
from service.runtime import Knowledge, with_new_content
from settings.clock import FixedClock
from tests.fakes.empty import empty_database
from tests.fakes.faq import FAQ, write_faq
from tests.unit.conftest import TODAY
from tests.unit.test_cases_database import secrets

OLD, NEW = "老板三个月没发钱", "赤橙青蓝紫色彩"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A knowledge folder of our own."""
    root = tmp_path / "knowledge"
    write_faq(root)
    monkeypatch.setattr("service.runtime.load_content", lambda: load_content(root))
    monkeypatch.setattr("actions.runtime.stamp", lambda: stamp(root))
    return root


@pytest.fixture
def runtime(tmp_path: Path, folder: Path, answerer: Answerer) -> Iterator[Runtime]:
    empty_database(tmp_path / "x.db")
    clock = FixedClock(datetime.combine(TODAY, time(4), UTC))
    database = Database(f"sqlite:///{tmp_path}/x.db", secrets=secrets(), clock=clock)
    before = Knowledge(answerer.content, answerer._engine.book, answerer._engine, answerer._gate, answerer)
    yield Runtime(with_new_content(before, (), TODAY), database, clock)
    database.close()


def write(folder: Path, text: str) -> None:
    file = folder / "faq" / "one.yml"
    file.write_text(text, "utf-8")
    os.utime(file, ns=(0, file.stat().st_mtime_ns + 1))  # a disk may count time in coarser steps than this test


def test_a_changed_faq_embeds_only_itself(runtime: Runtime, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    encoder = runtime.knowledge.engine.encoder
    for kind in ("queries", "passages"):
        real = getattr(encoder, kind)

        def counted(texts: Sequence[str], real=real) -> Floats:  # type: ignore[no-untyped-def]
            asked.extend(texts)
            return real(texts)

        monkeypatch.setattr(encoder, kind, counted)
    assert refresh(runtime) is False
    before = runtime.knowledge
    write(folder, FAQ.replace(OLD, NEW))
    assert refresh(runtime) is True and refresh(runtime) is False
    assert asked == [NEW]
    hit = runtime.knowledge.engine.search(NEW).faqs[0]
    assert (hit.id, hit.wording) == ("labour.wages.test", NEW)
    assert before.engine.search(NEW).faqs[0].wording != NEW  # a question under way keeps what it began with


def test_a_broken_file_leaves_the_old_content_and_a_mended_one_is_taken(runtime: Runtime, folder: Path) -> None:
    before = runtime.knowledge
    write(folder, FAQ.replace("steps:", "stepz:"))
    for _ in range(2):
        with pytest.raises(ContentError, match=r"one\.yml:\d+: "):
            refresh(runtime)
    assert runtime.knowledge is before
    write(folder, FAQ.replace("可以投诉，也", "可以先投诉，也"))
    assert refresh(runtime) is True
    assert "可以先投诉" in runtime.answerer.faq_card("labour.wages.test").conclusion


def test_files_that_come_and_go_are_seen(folder: Path) -> None:
    before = stamp(folder)
    (folder / "guides").mkdir()
    (folder / "guides" / "new.yml").write_text("", "utf-8")
    assert stamp(folder) != before
    (folder / "guides" / "new.yml").unlink()
    assert stamp(folder) == before
