"""The conversations that are played against the real processes: how many there are, and that none says the same as another."""

from tests.stack.transcripts import load

MULTI_TURN = 60  # issue 3, Dialogue
TURNS = ("say", "pick")


def test_enough_conversations_have_two_turns_or_more() -> None:
    several = [c["name"] for c in load() if sum(any(key in turn for key in TURNS) for turn in c["turns"]) >= 2]
    assert len(several) >= MULTI_TURN


def test_every_conversation_has_a_name_of_its_own() -> None:
    names = [conversation["name"] for conversation in load()]
    assert len(names) == len(set(names))


def test_every_thing_said_is_expected_to_be_met() -> None:
    spoken = [turn for c in load() for turn in c["turns"] if any(key in turn for key in TURNS)]
    assert all("expect" in turn for turn in spoken)
