"""What a person says is found in no file and no log, before and after they are forgotten; of the forgotten, Rasa keeps no row
and no file an id."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.stack.conftest import Stack
from tests.stack.talk import Person
from tests.stack.test_channel import kept

PHRASE = "种下的暗语紫金葫芦九七三"
GONE_WITHIN = 60.0  # the worker deletes trackers in its next round


def found_in(stack: Stack, *needles: str) -> list[Path]:
    """The files in the data folder that hold one of them; not in what it shares with other stacks by symbolic links."""
    sealed = [needle.encode(code) for needle in needles for code in ("utf-8", "unicode_escape", "utf-16-le")]
    files = (path for path in stack.data_dir.rglob("*") if path.is_file())
    return [path for path in files if any(mark in path.read_bytes() for mark in sealed)]


def logged(stack: Stack, words: str) -> bool:
    return any(mark in stack.log.read_bytes() for mark in (words.encode(), words.encode("unicode_escape")))


def in_the_end(done: Callable[[], bool]) -> bool:
    until = time.monotonic() + GONE_WITHIN
    while not done() and time.monotonic() < until:
        time.sleep(0.5)
    return done()


def test_the_planted_phrase(stack: Stack, client: httpx.Client) -> None:
    person = Person(client)
    person.say(f"房东不退押金 {PHRASE}")
    person.say(f"帮我算算加班费 {PHRASE}")
    assert client.post("/api/messages", json={"text": PHRASE}, headers=person.headers).status_code == 422
    assert any(PHRASE in (entry.get("text") or "") for entry in person.history())
    assert found_in(stack, PHRASE) == []
    assert not logged(stack, PHRASE)
    assert client.delete("/api/me", headers=person.headers).status_code in (200, 204)
    assert found_in(stack, PHRASE) == []
    assert not logged(stack, PHRASE)


def test_rasa_forgets_who_is_forgotten(stack: Stack, client: httpx.Client) -> None:
    person = Person(client)
    person.say("房东不退押金")
    person.say("帮我算算加班费")
    sender = client.post("/api/session").raise_for_status().json()["conversation"]
    said = [entry["id"] for entry in person.history() if entry["author"] == "person"]
    assert kept(stack, sender)["rasa_events"] and kept(stack, sender)["rasa_results"] == len(said) == 2
    tracker = {path.name for path in found_in(stack, *said) if path.name.startswith("rasa_tracker.db")}
    assert tracker  # the search sees what is there
    assert client.delete("/api/me", headers=person.headers).json() == {"erased": True}
    assert in_the_end(lambda: not any(kept(stack, sender).values()))
    assert in_the_end(lambda: found_in(stack, sender, *said) == [])
