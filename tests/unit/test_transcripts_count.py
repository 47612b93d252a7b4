"""The conversations that are played against the real processes: how many there are, that none says the same as another, that each
guards an action; and that what is played is really looked at."""

from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.stack.talk import Card, UnmetError
from tests.stack.transcripts import CHECKS, load, play

ACTIONS = Path(__file__).resolve().parents[2] / "actions"
MULTI_TURN = 60  # issue 3, Dialogue
TURNS = ("say", "pick")
CARD: Card = {
    "kind": "answer", "faq_id": "renting.deposit.not-returned", "title": "押金", "conclusion": "押金要退。", "steps": ["先谈"],
    "lawyer_when": [], "deadline": "三年", "where": ["法院"], "evidence": ["合同"], "case_code": "LH-2222-2222",
    "citations": [{"label": "《民法典》第七百零三条"}], "choices": [{"label": "说说我的情况"}], "amounts": [{"value": "100.00"}],
}  # fmt: skip
MET = {
    "kind": "answer", "kinds": ["answer"], "first": "answer", "faq": "renting.deposit.not-returned", "title": "押金",
    "article": "《民法典》第七百零三条", "says": "要退", "not": "不退", "hint": "押金", "line": "三年", "where": "法院", "evidence": "合同",
    "choices": "说说", "amount": 100,
}  # fmt: skip
UNMET = {key: ["notice"] if key == "kinds" else 1 if key == "amount" else "别的" for key in MET} | {"not": "要退"}


class Mirror:
    """Answers everything with the same cards; a lawyer has the word."""

    def __init__(self, *cards: Card) -> None:
        self.cards = list(cards)

    def say(self, text: str) -> list[Card]:
        return self.cards

    def owner(self) -> str:
        return "lawyer"

    def history(self) -> list[dict[str, Any]]:
        return []


def played(expect: dict[str, Any], *cards: Card) -> None:
    play({"name": "试", "turns": [{"say": "房东不退押金", "expect": expect}]}, Mirror(*cards))  # type: ignore[arg-type]


def written(folder: Path, **conversation: Any) -> Path:
    turns = [{"say": "你好", "expect": conversation.pop("expect", {})}]
    text = yaml.safe_dump([{"name": "试", "turns": turns, **conversation}], allow_unicode=True)
    (folder / "x.yml").write_text(text, "utf-8")
    return folder


def test_enough_conversations_have_two_turns_or_more() -> None:
    several = [c["name"] for c in load() if sum(any(key in turn for key in TURNS) for turn in c["turns"]) >= 2]
    assert len(several) >= MULTI_TURN


def test_every_conversation_has_a_name_of_its_own() -> None:
    names = [conversation["name"] for conversation in load()]
    assert len(names) == len(set(names))


def test_every_thing_said_is_expected_to_be_met() -> None:
    spoken = [turn for c in load() for turn in c["turns"] if any(key in turn for key in TURNS)]
    assert all("expect" in turn for turn in spoken)


def test_every_action_is_guarded_and_nothing_else() -> None:
    spoken = {path.stem for path in ACTIONS.glob("*.py") if path.stem.startswith(("action_", "validate_"))}
    assert spoken == {conversation["proves"] for conversation in load() if "proves" in conversation}


@pytest.mark.parametrize("name", ["找律师，问完转过去，律师来回，关了回到小法，评价", "结束人工，回到小法"])
def test_the_word_goes_to_the_lawyer_and_back(name: str) -> None:
    turns = next(conversation["turns"] for conversation in load() if conversation["name"] == name)
    owners = [turn["expect"]["owner"] for turn in turns if "owner" in turn.get("expect", {})]
    assert [owner for owner, _ in groupby(owners)] == ["bot", "lawyer", "bot"]


def test_a_conversation_that_guards_nothing_is_refused(tmp_path: Path) -> None:
    assert load(written(tmp_path, proves="action_choose")) and load(written(tmp_path, actionless=True))
    with pytest.raises(ValueError, match="proves"):
        load(written(tmp_path))


def test_an_expectation_nobody_would_check_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tilte"):
        load(written(tmp_path, proves="action_choose", expect={"tilte": "押金"}))


@pytest.mark.parametrize("key", CHECKS)
def test_every_expectation_is_checked(key: str) -> None:
    played({key: MET[key]}, CARD)
    with pytest.raises(UnmetError):
        played({key: UNMET[key]}, CARD)


def test_who_has_the_word_and_silence_are_checked() -> None:
    played({"owner": "lawyer"}, CARD)
    played({"silent": True, "owner": "lawyer"})
    for expect, cards in (
        ({"owner": "bot"}, [CARD]),
        ({"silent": True}, [CARD]),
        ({}, []),
        ({"silent": True, "owner": "bot"}, []),
    ):
        with pytest.raises(UnmetError):
            played(expect, *cards)


def test_the_lawyers_words_are_looked_for() -> None:
    with pytest.raises(UnmetError):
        play({"name": "试", "turns": [{"reads": "合同有几份"}]}, Mirror())  # type: ignore[arg-type]


def test_what_the_test_lacks_is_no_failure_of_the_service() -> None:
    turns: list[dict[str, Any]]
    for turns in ([{"lawyer": "takes"}], [{"as": "另一个人"}]):
        with pytest.raises(AssertionError) as raised:
            play({"name": "试", "turns": turns}, Mirror(CARD))  # type: ignore[arg-type]
        assert not isinstance(raised.value, UnmetError)
