"""What a person says is found in no file and no log, before and after they are forgotten."""

from pathlib import Path

import httpx

from tests.stack.conftest import Stack
from tests.stack.talk import Person

PHRASE = "种下的暗语紫金葫芦九七三"


def found_in(stack: Stack) -> list[Path]:
    sealed = [PHRASE.encode(), PHRASE.encode("unicode_escape"), PHRASE.encode("utf-16-le")]
    files = [path for path in stack.data_dir.iterdir() if path.is_file()]
    return [path for path in [*files, stack.log] if any(mark in path.read_bytes() for mark in sealed)]


def test_the_planted_phrase(stack: Stack, client: httpx.Client) -> None:
    person = Person(client)
    person.say(f"房东不退押金 {PHRASE}")
    person.say(f"帮我算算加班费 {PHRASE}")
    assert client.post("/api/messages", json={"text": PHRASE}, headers=person.headers).status_code == 422
    assert any(PHRASE in (entry.get("text") or "") for entry in person.history())
    assert found_in(stack) == []
    assert client.delete("/api/me", headers=person.headers).status_code in (200, 204)
    assert found_in(stack) == []
