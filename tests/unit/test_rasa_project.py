"""The Rasa project is laid out as any Rasa user expects: one file a skill, the same names everywhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge import fast_yaml
from settings import PROJECT_ROOT

WITHOUT_EXAMPLES = {"choose"}  # a button's payload, never typed


def skills(folder: str) -> set[str]:
    return {path.stem for path in (PROJECT_ROOT / folder).glob("*.yml")}


def read(folder: str) -> Iterator[dict[str, Any]]:
    for path in sorted((PROJECT_ROOT / folder).glob("*.yml")):
        yield fast_yaml.load(path.read_text("utf-8"))


def intents() -> list[str]:
    listed = [intent for part in read("domain") for intent in part.get("intents", [])]
    return [next(iter(intent)) if isinstance(intent, dict) else intent for intent in listed]


def examples(file: Path) -> dict[str, int]:
    """Intent -> how many examples it has in a file of NLU data."""
    found: dict[str, int] = {}
    for block in fast_yaml.load(file.read_text("utf-8")).get("nlu") or []:
        if "intent" in block:
            lines = block["examples"].strip().splitlines()
            found[block["intent"]] = found.get(block["intent"], 0) + len(lines)
    return found


def test_plain_rasa_train_finds_the_domain() -> None:
    assert (PROJECT_ROOT / "domain.yml").is_symlink()
    assert (PROJECT_ROOT / "domain.yml").resolve() == (PROJECT_ROOT / "domain").resolve()


@pytest.mark.parametrize("folder", ["data/nlu", "data/rules", "data/stories"])
def test_the_files_bear_the_names_of_the_domains(folder: str) -> None:
    assert skills(folder) <= skills("domain")


def test_there_is_a_place_for_every_skill() -> None:
    found = intents()
    assert len(found) == len(set(found)) >= 25
    trained: dict[str, int] = {}
    for path in (PROJECT_ROOT / "data" / "nlu").glob("*.yml"):
        for intent, count in examples(path).items():
            trained[intent] = trained.get(intent, 0) + count
    assert {intent for intent in found if trained.get(intent, 0) < 10} == WITHOUT_EXAMPLES
    tested = examples(PROJECT_ROOT / "tests" / "rasa" / "nlu.yml")
    assert set(found) - set(tested) == WITHOUT_EXAMPLES
    assert sum(tested.values()) >= 400


def test_every_intent_leads_somewhere() -> None:
    """By a rule, so that a message is never met by a guess of the policy alone."""
    ruled = {
        step["intent"]
        for part in read("data/rules")
        for rule in part["rules"]
        for step in rule["steps"]
        if isinstance(step, dict) and "intent" in step
    }
    assert set(intents()) <= ruled
