"""A transcript must fail when the action it guards is replaced by an empty one; where it names none, when all are."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stack import talk
from tests.stack.conftest import Stack
from tests.stack.talk import Person
from tests.stack.test_channel import URL, body, channel
from tests.stack.transcripts import load, play

SPOKEN = [conversation for conversation in load() if not conversation.get("actionless")]
GUARDING = [conversation for conversation in SPOKEN if "proves" in conversation]
ALL = "*"


def test_every_action_is_guarded() -> None:
    actions = {path.stem for path in (Path(__file__).resolve().parents[2] / "actions").glob("*.py")}
    spoken = {name for name in actions if name.startswith(("action_", "validate_"))}
    assert spoken == {conversation["proves"] for conversation in GUARDING}


@pytest.mark.parametrize("conversation", SPOKEN, ids=lambda c: f"{c.get('proves', ALL)}: {c['name']}")
def test_the_transcript_fails_without_its_action(
    conversation: dict[str, Any], mutable_stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk, "PATIENCE", 1.0)  # what does not come at once will not come at all
    mutable_stack.muted.write_text(conversation.get("proves", ALL), "utf-8")
    try:
        with (
            httpx.Client(base_url=mutable_stack.bot, timeout=30, trust_env=False) as http,
            httpx.Client(base_url=mutable_stack.bot, timeout=30, trust_env=False) as another,
            pytest.raises(AssertionError),
        ):
            play(conversation, Person(http), other=lambda: Person(another))
    finally:
        mutable_stack.muted.unlink()


def test_a_turn_without_a_reply_is_a_503_and_leaves_no_trace(mutable_stack: Stack) -> None:
    """The same message id is answered when the action is there again: the failed turn was never stored."""
    message = body("房东不退押金", "t6")
    with channel(mutable_stack) as http:
        mutable_stack.muted.write_text("action_answer_question", "utf-8")
        try:
            failed = http.post(URL, json=message)
        finally:
            mutable_stack.muted.unlink()
        assert (failed.status_code, failed.json()) == (503, {"error": "empty"})
        answered = http.post(URL, json=message)
        assert answered.status_code == 200
        assert answered.json()["replies"][0]["card_id"].startswith("c_")


def test_an_action_that_breaks_is_a_503(mutable_stack: Stack) -> None:
    message = body("房东不退押金", "t7")
    with channel(mutable_stack) as http:
        mutable_stack.muted.write_text("!action_answer_question", "utf-8")
        try:
            failed = http.post(URL, json=message)
        finally:
            mutable_stack.muted.unlink()
        assert (failed.status_code, failed.json()) == (503, {"error": "action_failed"})
        assert http.post(URL, json=message).status_code == 200
