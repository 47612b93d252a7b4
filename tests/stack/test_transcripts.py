"""Conversations, as YAML, against the five real processes."""

from typing import Any

import httpx
import pytest

from tests.stack.talk import Person
from tests.stack.transcripts import load, play


@pytest.mark.parametrize("conversation", load(), ids=lambda c: c["name"])
def test_the_conversation_goes_as_written(conversation: dict[str, Any], client: httpx.Client) -> None:
    play(conversation, Person(client))
