"""Rules imported while the action server runs are searched seconds later, without a restart and without a pause."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from actions import runtime as runtimes
from actions.runtime import Runtime, look, refresh
from cases.database import Database
from knowledge.content import Content
from knowledge.search.encoder import Floats, HashEncoder, Progress
from knowledge.search.engine import SearchEngine
from knowledge.statutes import import_store
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.importer import import_path
from knowledge.statutes.store import SCHEMA
from service.answering import Answerer
from service.gate import CitationGate
from service.runtime import Knowledge
from settings import Settings
from settings.clock import FixedClock
from tests.fakes.empty import empty_database
from tests.fakes.knowledge import MODEL
from tests.unit.conftest import TODAY
from tests.unit.test_cases_database import secrets

PARKING, KITES = "无人驾驶风筝停放", "屋顶天台放飞风筝"


class SlowEncoder(HashEncoder):
    """Embeds articles only when it may; questions at once."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()
        self.began = threading.Event()

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        if any(text.startswith("某市") for text in texts):
            self.began.set()
            assert self.may.wait(20)
        return super().passages(texts, progress)


def imports(data: Path, name: str, rule: str, effective: str = "2020-03-01") -> None:
    """What `xiaofa statutes import` does, beside the server."""
    source = data / "in"
    source.mkdir(exist_ok=True)
    (source / f"{name}.md").write_text(
        f"# {name}\n## 元数据\n- **公布日期**: 2020-01-02\n- **生效日期**: {effective}\n- **制定机关**: 某市人民代表大会\n"
        f"- **时效性**: 有效\n\n## 正文\n\n第一条　{rule}，处一百元罚款。\n\n第二条　本条例由市人民政府解释。\n",
        "utf-8",
    )
    import_path(source / f"{name}.md", data, TODAY)


def embedding() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "embed-rest"]


@pytest.fixture
def encoder() -> SlowEncoder:
    return SlowEncoder()


@pytest.fixture
def runtime(tmp_path: Path, small: Content, encoder: SlowEncoder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """A server whose book holds what was imported and nothing else."""
    monkeypatch.setattr(runtimes, "get_settings", lambda: Settings(data_dir=tmp_path))
    with closing(sqlite3.connect(tmp_path / "book.sqlite")) as db:
        db.executescript(SCHEMA)
    imports(tmp_path, "某市停车条例", PARKING)
    book = StatuteBook(tmp_path / "book.sqlite")
    engine = SearchEngine(encoder, small, book, tmp_path / "index", TODAY)
    engine.prepare()
    gate = CitationGate(book, small, TODAY)
    empty_database(tmp_path / "x.db")
    clock = FixedClock(datetime.combine(TODAY, time(4), UTC))
    with closing(Database(f"sqlite:///{tmp_path}/x.db", secrets=secrets(), clock=clock)) as database:
        yield Runtime(Knowledge(small, book, engine, gate, Answerer(engine, small, gate, MODEL)), database, clock)
        encoder.may.set()
        for thread in embedding():
            thread.join(20)
        book.close()


def found(runtime: Runtime, words: str) -> list[str]:
    return [hit.key for hit in runtime.knowledge.engine.search(words).statutes if hit.sparse > 0]


def test_it_is_searched_at_the_next_look_while_its_vectors_are_still_made(
    runtime: Runtime, encoder: SlowEncoder, tmp_path: Path
) -> None:
    assert refresh(runtime) is False
    before = runtime.knowledge
    imports(tmp_path, "某市风筝条例", KITES)
    assert "某市风筝条例#1" not in found(runtime, KITES)
    assert refresh(runtime) is True and refresh(runtime) is False
    assert encoder.began.wait(20)
    assert found(runtime, KITES)[0] == "某市风筝条例#1"
    assert runtime.knowledge.engine.size()["articles_embedded"] == 0
    assert runtime.answerer.statute_card("某市风筝条例第一条").citations[0].text
    assert not before.engine.has("某市风筝条例#1")  # a question under way keeps what it began with
    encoder.may.set()
    (thread,) = embedding()
    thread.join(20)
    size = runtime.knowledge.engine.size()
    assert (size["articles_embedded"], runtime.knowledge.engine.pending) == (size["articles"], 0)
    assert runtime.knowledge.engine.search(KITES).statutes[0].key == "某市风筝条例#1"


def test_what_was_left_to_embed_goes_over_to_the_new_index(runtime: Runtime, tmp_path: Path) -> None:
    before = runtime.knowledge.engine
    assert before.pending == 2
    imports(tmp_path, "某市风筝条例", KITES)
    refresh(runtime)
    assert before.pending == 0
    assert runtime.knowledge.engine.size()["articles"] == 4


def test_where_the_rest_is_not_embedded_words_find_it(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtimes, "get_settings", lambda: Settings(data_dir=tmp_path, embed_rest=False))
    imports(tmp_path, "某市风筝条例", KITES)
    assert refresh(runtime) is True
    assert runtime.knowledge.engine.pending == 4
    assert not embedding()
    assert found(runtime, KITES)[0] == "某市风筝条例#1"


def test_a_rule_not_yet_in_force_and_an_import_of_the_same_index_nothing_anew(runtime: Runtime, tmp_path: Path) -> None:
    index = runtime.knowledge.engine.statutes
    imports(tmp_path, "某市风筝条例", KITES, effective="2030-01-01")
    assert refresh(runtime) is True and refresh(runtime) is False
    imports(tmp_path, "某市停车条例", PARKING)
    refresh(runtime)
    assert runtime.knowledge.engine.statutes is index


def test_a_corrected_text_takes_the_place_of_the_old_one(runtime: Runtime, tmp_path: Path) -> None:
    imports(tmp_path, "某市停车条例", KITES)
    assert refresh(runtime) is True
    assert "风筝" in runtime.knowledge.engine.article("某市停车条例#1").text
    assert found(runtime, KITES)[0] == "某市停车条例#1" and found(runtime, "无人驾驶") == []


def test_a_look_outlives_an_import_that_keeps_it_from_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_runtime: object) -> bool:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(runtimes, "get_runtime", lambda: None)
    monkeypatch.setattr(runtimes, "refresh", locked)
    with capture_logs() as told:
        assert look() == ""
    assert [entry["error"] for entry in told] == ["OperationalError"]


def test_the_file_is_never_there_without_its_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_store, "SCHEMA", "CREATE TABLE versions (law TEXT); CREATE TABLE broken (")
    with pytest.raises(sqlite3.OperationalError):
        import_store.open_store(tmp_path / "imported.sqlite")
    assert list(tmp_path.iterdir()) == []
