"""kill -9 of each process while people talk: every message is kept, answered in the end, and answered once."""

from __future__ import annotations

import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot import notices
from tests.stack.conftest import Stack, data_dir_for, running
from tests.stack.talk import Person

QUESTIONS = ["房东不退押金", "狗咬人谁赔", "公司不给交社保", "邻居漏水怎么办"]
BACK_WITHIN = 150.0


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    log = tmp_path_factory.mktemp("fragile") / "run.log"
    with running(Stack(data_dir_for("fragile"), log, 29000, {"XIAOFA_LEASE_SECONDS": "5"})) as started:
        yield started


def kill(stack: Stack, name: str) -> int:
    pid = stack.pid(name)
    os.kill(pid, signal.SIGKILL)
    return pid


def send(person: Person, body: dict[str, Any]) -> None:
    """As the page does: the same message with the same id until the service has taken it."""
    until = time.monotonic() + BACK_WITHIN
    while time.monotonic() < until:
        try:
            if person.http.post("/api/messages", json=body, headers=person.headers).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise AssertionError("the service did not take the message")


def wait_for(what: str, ready: Any) -> None:
    until = time.monotonic() + BACK_WITHIN
    while time.monotonic() < until:
        try:
            if ready():
                return
        except (httpx.TransportError, httpx.HTTPStatusError):
            pass
        time.sleep(0.3)
    raise AssertionError(f"not within {BACK_WITHIN:.0f} s: {what}")


def spoken(person: Person) -> tuple[list[str], list[dict[str, Any]]]:
    """What the person said, and the cards that answer (an excuse is not an answer)."""
    history = person.history()
    said = [entry["text"] for entry in history if entry["author"] == "person"]
    cards = [entry["card"] for entry in history if entry.get("card")]
    return said, [card for card in cards if card["conclusion"] != notices.AWAY["conclusion"]]


@pytest.mark.parametrize("victim", ["rasa", "actions", "bot", "worker"])
def test_no_message_is_lost_or_answered_twice(victim: str, fragile: Stack) -> None:
    with httpx.Client(base_url=fragile.bot, timeout=60, trust_env=False) as http:
        person = Person(http)
        bodies = [{"text": text, "client_id": str(uuid.uuid4())} for text in QUESTIONS]
        talking = threading.Thread(target=lambda: [send(person, body) for body in bodies])
        talking.start()
        time.sleep(0.12)
        killed = kill(fragile, victim)
        talking.join()
        wait_for("every question answered", lambda: len(spoken(person)[1]) >= len(QUESTIONS))
        wait_for(f"{victim} started again", lambda: fragile.pid(victim) != killed)
        for body in bodies:  # a page that was closed too early sends everything once more
            send(person, body)
        said, cards = spoken(person)
        assert said == QUESTIONS
        assert len(cards) == len(QUESTIONS)


@pytest.mark.parametrize("victim", ["rasa", "actions", "bot"])
def test_an_interview_goes_on_where_it_stood(victim: str, fragile: Stack) -> None:
    with httpx.Client(base_url=fragile.bot, timeout=60, trust_env=False) as http:
        person = Person(http)
        person.say("公司三个月没发工资怎么办")
        person.pick("说说我的情况")
        person.pick("还在上班")
        second = person.last[-1]["conclusion"]
        killed = kill(fragile, victim)
        wait_for(f"{victim} started again", lambda: fragile.pid(victim) != killed)
        wait_for("all healthy", lambda: http.get("/readyz").status_code == 200)
        person.pick("没签过")
        assert person.last[-1]["kind"] == "question"
        assert person.last[-1]["conclusion"] != second
