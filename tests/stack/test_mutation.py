"""A transcript that guards an action must fail when that action is replaced by an empty one."""

from typing import Any

import httpx
import pytest

from tests.stack import talk
from tests.stack.conftest import Stack
from tests.stack.talk import Person
from tests.stack.transcripts import load, play

GUARDING = [conversation for conversation in load() if "proves" in conversation]


def test_every_action_is_guarded() -> None:
    from pathlib import Path

    actions = {path.stem for path in (Path(__file__).resolve().parents[2] / "actions").glob("*.py")}
    spoken = {name for name in actions if name.startswith(("action_", "validate_"))}
    assert spoken == {conversation["proves"] for conversation in GUARDING}


@pytest.mark.parametrize("conversation", GUARDING, ids=lambda c: f"{c['proves']}: {c['name']}")
def test_the_transcript_fails_without_its_action(
    conversation: dict[str, Any], mutable_stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk, "PATIENCE", 1.0)  # what does not come at once will not come at all
    mutable_stack.muted.write_text(conversation["proves"], "utf-8")
    try:
        with (
            httpx.Client(base_url=mutable_stack.bot, timeout=30, trust_env=False) as http,
            httpx.Client(base_url=mutable_stack.bot, timeout=30, trust_env=False) as another,
            pytest.raises(AssertionError),
        ):
            play(conversation, Person(http), other=lambda: Person(another))
    finally:
        mutable_stack.muted.unlink()
