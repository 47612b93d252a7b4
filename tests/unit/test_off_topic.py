"""The messages that are not about law: enough, all different, and none that anything was tuned on."""

from __future__ import annotations

import yaml

from knowledge.check_text import look_alikes
from settings import PROJECT_ROOT
from xiaofa.evaluate import NLU_DATA, NLU_TEST, OFF_TOPIC
from xiaofa.measures import off_topic

NEAR = 0.6  # of the character bigrams


def examples(path) -> list[str]:
    blocks = (yaml.safe_load(path.read_text("utf-8")) or {}).get("nlu", [])
    lines = [line.strip() for block in blocks if "intent" in block for line in block["examples"].splitlines()]
    return [line.removeprefix("- ") for line in lines]


def test_there_are_enough_of_many_kinds() -> None:
    texts = off_topic(OFF_TOPIC)
    assert len(set(texts)) == len(texts) >= 150
    kinds = yaml.safe_load(OFF_TOPIC.read_text("utf-8"))
    assert len(kinds) >= 8
    assert sum(map(len, kinds.values())) == len(texts)


def test_none_was_tuned_on_or_is_tested_twice() -> None:
    texts = off_topic(OFF_TOPIC)
    known = [text for folder in (NLU_DATA, NLU_TEST) for path in folder.glob("*.yml") for text in examples(path)]
    assert len(known) > 1000
    rows = [("here", text) for text in texts] + [("there", text) for text in known]
    assert [(one, other) for _, one, _, other in look_alikes(rows, NEAR)] == []


def test_nothing_that_learns_reads_the_file() -> None:
    readers = [
        path.relative_to(PROJECT_ROOT).as_posix()
        for folder in ("knowledge", "service", "rasa_ext", "xiaofa")
        for path in (PROJECT_ROOT / folder).rglob("*.py")
        if OFF_TOPIC.name in path.read_text("utf-8")
    ]
    assert readers == ["xiaofa/evaluate.py"]
