"""Conversations, as YAML, against the five real processes."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.stack.conftest import Stack
from tests.stack.lawyer import DeskLawyer
from tests.stack.talk import Person
from tests.stack.transcripts import load, play


@pytest.fixture(scope="module")
def lawyer(stack: Stack) -> Iterator[DeskLawyer]:
    at_desk = DeskLawyer(stack)
    yield at_desk
    at_desk.leave()


@pytest.mark.parametrize("conversation", load(), ids=lambda c: c["name"])
def test_the_conversation_goes_as_written(
    conversation: dict[str, Any], client: httpx.Client, stack: Stack, lawyer: DeskLawyer
) -> None:
    with httpx.Client(base_url=stack.bot, timeout=30, trust_env=False) as another:
        play(conversation, Person(client), other=lambda: Person(another), lawyer=lawyer)
