"""Articles beyond the core laws: left to keywords at first, embedded in the background, kept for the next start."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from actions import runtime
from knowledge.content import Content
from knowledge.search import engine as engines
from settings import Settings
from tests.fakes.knowledge import small_engine
from tests.unit.conftest import TODAY


def test_what_is_left_is_embedded_in_the_background_and_kept(
    small: Content, book_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "CORE_LAWS", frozenset())
    made = small_engine(small, book_file, tmp_path, TODAY)
    size = made.size()
    assert made.pending == size["articles"] > 0
    assert size["articles_embedded"] == 0
    thread = threading.Thread(target=made.complete)
    thread.start()
    thread.join(30)
    assert made.pending == 0
    assert made.size()["articles_embedded"] == size["articles"]
    assert small_engine(small, book_file, tmp_path, TODAY).pending == 0


@pytest.mark.parametrize(("wanted", "rest"), [(True, "background"), (False, "later")])
def test_the_setting_decides(wanted: bool, rest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(runtime, "get_settings", lambda: Settings(data_dir=tmp_path, embed_rest=wanted))
    monkeypatch.setattr(runtime, "open_knowledge", lambda *_args, **more: asked.append(more["rest"]))
    runtime._opened.__wrapped__()
    assert asked == [rest]
