"""Conversations, as YAML, against the five real processes."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.stack.conftest import ROOT, Stack
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


def test_the_conversation_of_the_readme_is_real(client: httpx.Client) -> None:
    block = (ROOT / "README.md").read_text("utf-8").split("## 一段真实的对话", 1)[1].split("```")[1]
    person, answers = Person(client), 0
    for line in block.strip().splitlines():
        if line.startswith("> "):
            said = line.removeprefix("> ")
            offered = any(said in choice["label"] for card in person.last for choice in card["choices"])
            person.pick(said) if offered else person.say(said)
        elif line.startswith("【"):
            title, _, words = line.removeprefix("【").partition("】")
            words = re.split("……|（答完", words)[0]
            met = [card for card in person.last if card["title"] == title and card["conclusion"].startswith(words)]
            assert met, f"{line}：{[(card['title'], card['conclusion']) for card in person.last]}"
            answers += 1
        elif line.strip().startswith("依据"):
            named = [cite["label"] for card in person.last for cite in card["citations"]]
            for article in re.findall(r"第[一二三四五六七八九十百]+条(?:第[一二三四五六七八九十]款)?", line):
                assert any(label.endswith(article) for label in named), f"{article}：{named}"
    assert answers >= 4
