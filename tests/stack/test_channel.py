"""Rasa through our channel: secret, message ids, deletion (docs/contracts.md)."""

import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from tests.stack.conftest import Stack

URL = "/webhooks/xiaofa/messages"


def channel(stack: Stack) -> httpx.Client:
    secret = json.loads((stack.data_dir / "secrets.json").read_text())["channel_secret"]
    return httpx.Client(base_url=stack.rasa, headers={"X-Xiaofa-Secret": secret}, timeout=30, trust_env=False)


def kept(stack: Stack, sender: str) -> dict[str, int]:
    """How many rows Rasa keeps of a conversation, by table."""
    with closing(sqlite3.connect(stack.data_dir / "rasa_tracker.db")) as tracker:
        return {
            table: tracker.execute(f"SELECT count(*) FROM {table} WHERE sender_id = ?", (sender,)).fetchone()[0]
            for table in ("rasa_events", "rasa_results")
        }


@pytest.fixture
def rasa(stack: Stack) -> Iterator[httpx.Client]:
    with channel(stack) as http:
        yield http


def body(text: str, sender: str, message_id: str | None = None) -> dict[str, str]:
    return {
        "sender": sender,
        "message_id": message_id or str(uuid.uuid4()),
        "text": text,
        "sent_at": "2026-11-22T08:00:00+00:00",
    }


def result(rasa: httpx.Client, message: dict[str, str]) -> dict[str, Any]:
    """Asked again on 503, as the bot does: a stack that has just started may be slow."""
    until = time.monotonic() + 30
    while (answer := rasa.post(URL, json=message)).status_code == 503 and time.monotonic() < until:
        time.sleep(0.5)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def test_without_the_secret_nobody_is_heard(rasa: httpx.Client) -> None:
    assert rasa.post(URL, json=body("你好", "t1"), headers={"X-Xiaofa-Secret": "wrong"}).status_code == 401
    assert rasa.delete("/webhooks/xiaofa/conversations/t1", headers={"X-Xiaofa-Secret": ""}).status_code == 401


@pytest.mark.parametrize(
    "bad", [{}, {"sender": "t2"}, {"sender": 3, "message_id": "m", "text": "x", "sent_at": "x"}, []]
)
def test_a_malformed_message_is_refused(rasa: httpx.Client, bad: object) -> None:
    assert rasa.post(URL, json=bad).status_code == 400


def test_a_known_message_id_returns_its_stored_result(rasa: httpx.Client) -> None:
    message = body("谢谢你", "t3")
    first = result(rasa, message)
    assert first == result(rasa, message)
    assert first["intent"] == "thank"
    assert first["replies"]


def test_a_card_comes_out_once_as_its_id(rasa: httpx.Client) -> None:
    replies = result(rasa, body("房东不退押金", "t4"))["replies"]
    assert len(replies) == 1
    assert replies[0]["card_id"].startswith("c_")


def test_deleting_a_conversation(rasa: httpx.Client, stack: Stack) -> None:
    """Its rows go, and what is kept in memory: the same message id is a new message, which leaves rows again."""
    message = body("你好", "t5")
    result(rasa, message)
    before = kept(stack, "t5")
    assert before["rasa_events"] and before["rasa_results"] == 1
    assert rasa.delete("/webhooks/xiaofa/conversations/t5").status_code == 204
    assert not any(kept(stack, "t5").values())
    assert rasa.delete("/webhooks/xiaofa/conversations/t5").status_code == 204
    result(rasa, message)
    assert kept(stack, "t5") == before


def test_rasas_own_doors_stay_shut(rasa: httpx.Client) -> None:
    """The REST channel would answer anybody on this machine."""
    assert rasa.post("/webhooks/rest/webhook", json={"sender": "x", "message": "你好"}).status_code == 404
