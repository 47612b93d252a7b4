"""A transcript must fail when the action it guards is replaced by an empty one, and pass on the same processes when it is not."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.stack import talk
from tests.stack.conftest import Stack
from tests.stack.lawyer import DeskLawyer
from tests.stack.talk import Person, UnmetError
from tests.stack.test_channel import URL, body, channel
from tests.stack.transcripts import load, play

GUARDING = {conversation["name"]: conversation for conversation in load() if "proves" in conversation}
WHOLE = ("问押金，答完追问材料", "结束人工，回到小法")


@pytest.fixture(scope="module")
def lawyer(mutable_stack: Stack) -> Iterator[DeskLawyer]:
    at_desk = DeskLawyer(mutable_stack)
    yield at_desk
    at_desk.leave()


def played(conversation: dict[str, Any], stack: Stack, lawyer: DeskLawyer) -> None:
    with (
        httpx.Client(base_url=stack.bot, timeout=30, trust_env=False) as http,
        httpx.Client(base_url=stack.bot, timeout=30, trust_env=False) as another,
    ):
        play(conversation, Person(http), other=lambda: Person(another), lawyer=lawyer)


@pytest.mark.parametrize("conversation", GUARDING.values(), ids=lambda c: f"{c['proves']}: {c['name']}")
def test_the_transcript_fails_without_its_action(
    conversation: dict[str, Any], mutable_stack: Stack, lawyer: DeskLawyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk, "PATIENCE", 1.0)  # what does not come at once will not come at all
    mutable_stack.muted.write_text(conversation["proves"], "utf-8")
    try:
        with pytest.raises(UnmetError):
            played(conversation, mutable_stack, lawyer)
    finally:
        mutable_stack.muted.unlink()


@pytest.mark.parametrize("name", WHOLE)
def test_the_transcript_passes_with_its_action(name: str, mutable_stack: Stack, lawyer: DeskLawyer) -> None:
    """What failed above failed for want of the action."""
    played(GUARDING[name], mutable_stack, lawyer)


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
