"""The tracker store inside real Rasa: survives a restart, keeps nothing readable, forgets on demand, never falls back."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import List

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from rasa_ext import redaction
from rasa_ext.tracker_store import EncryptedTrackerStore, TrackerStoreError

PHRASE = "种下的暗语紫金葫芦九七三"


@pytest.fixture
def domain() -> Domain:
    return Domain.empty()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XIAOFA_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("XIAOFA_TRACKER_URL", raising=False)
    return tmp_path


async def say(store: EncryptedTrackerStore, sender: str, *texts: str) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(sender)
    for text in texts:
        tracker.update(UserUttered(text))
        tracker.update(ActionExecuted("action_listen"))
    await store.save(tracker)
    return tracker


def texts(events: List[Event]) -> List[str]:
    return [event.text for event in events if isinstance(event, UserUttered)]


async def test_a_conversation_is_there_after_a_restart(domain: Domain) -> None:
    await say(EncryptedTrackerStore(domain), "one", "房东不退押金", "谢谢")
    again = await EncryptedTrackerStore(domain).retrieve("one")
    assert again is not None
    assert texts(list(again.events)) == ["房东不退押金", "谢谢"]
    assert await EncryptedTrackerStore(domain).retrieve("two") is None


async def test_a_turn_appends_and_never_writes_twice(domain: Domain) -> None:
    store = EncryptedTrackerStore(domain)
    await say(store, "one", "第一句")
    tracker = await say(store, "one", "第二句")
    await store.save(tracker)
    full = await EncryptedTrackerStore(domain).retrieve_full_tracker("one")
    assert full is not None
    assert texts(list(full.events)) == ["第一句", "第二句"]


async def test_a_new_session_leaves_the_old_one_behind(domain: Domain) -> None:
    store = EncryptedTrackerStore(domain)
    tracker = await say(store, "one", "旧的")
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update(SessionStarted())
    tracker.update(UserUttered("新的"))
    await store.save(tracker)
    current = await EncryptedTrackerStore(domain).retrieve("one")
    full = await EncryptedTrackerStore(domain).retrieve_full_tracker("one")
    assert current is not None and full is not None
    assert texts(list(current.events)) == ["新的"]
    assert texts(list(full.events)) == ["旧的", "新的"]


async def test_nothing_readable_lies_in_the_files_and_deletion_is_complete(domain: Domain, folder: Path) -> None:
    store = EncryptedTrackerStore(domain)
    tracker = await say(store, "one", PHRASE)
    await store.save_turn(tracker, "m1", {"replies": [{"text": PHRASE}]})
    assert store.result("one", "m1") == {"replies": [{"text": PHRASE}]}
    marks = (PHRASE.encode(), PHRASE.encode("unicode_escape"), PHRASE.encode("utf-16-le"))
    for file in folder.iterdir():
        assert not any(mark in file.read_bytes() for mark in marks), file.name
    store.delete("one")
    assert await store.retrieve("one") is None
    assert store.result("one", "m1") is None
    assert list(await store.keys()) == []


async def test_a_database_that_cannot_be_opened_is_an_error_and_not_memory(domain: Domain, folder: Path) -> None:
    (folder / "rasa_tracker.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(TrackerStoreError):
        EncryptedTrackerStore(domain)


def test_no_words_of_people_in_any_record(caplog: pytest.LogCaptureFixture) -> None:
    before = logging.getLogRecordFactory()
    redaction.install()
    try:
        with redaction.hidden("my secret words"), caplog.at_level(logging.INFO):
            logging.getLogger("rasa.any").info("text %s, %r", "my secret words", PHRASE)
            try:
                raise ValueError(PHRASE)
            except ValueError:
                logging.getLogger("sanic.any").exception("failed for 13800138000")
    finally:
        logging.setLogRecordFactory(before)
    assert "secret" not in caplog.text
    assert PHRASE not in caplog.text
    assert "13800138000" not in caplog.text
    assert "test_tracker_store.py" in caplog.text  # the frames stay: an operator must find the place
