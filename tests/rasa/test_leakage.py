"""The test set tests only if nobody trained on it: no message repeats, or nearly repeats, a training example."""

from __future__ import annotations

import json
import os
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Dict, FrozenSet, Iterable, List, Set, Tuple

import pytest
from ruamel import yaml

ROOT = Path(__file__).resolve().parents[2]
NEAR = 0.8  # Jaccard of character bigrams


def examples(*files: Path) -> List[str]:
    found: List[str] = []
    for file in files:
        for block in yaml.YAML(typ="safe").load(file.read_text(encoding="utf-8"))["nlu"]:
            found += [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
    return [example for example in found if not example.startswith("/")]


def normal(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())


def bigrams(text: str) -> FrozenSet[str]:
    return frozenset(text[i : i + 2] for i in range(max(len(text) - 1, 1)))


def repeats(messages: Iterable[str], training: Iterable[str]) -> List[Tuple[str, str]]:
    """Pairs (message, training example) that are equal or nearly so."""
    known = {text: bigrams(text) for text in {normal(example) for example in training} if text}
    holders: Dict[str, Set[str]] = defaultdict(set)
    for text, grams in known.items():
        for gram in grams:
            holders[gram].add(text)
    found = []
    for message in messages:
        plain = normal(message)
        grams = bigrams(plain)
        for text in {text for gram in grams for text in holders.get(gram, ())}:
            union = len(grams | known[text])
            if plain and (plain == text or len(grams & known[text]) >= NEAR * union):
                found.append((message, text))
    return found


TRAINING = examples(*sorted((ROOT / "data/nlu").glob("*.yml")))


def test_the_check_finds_repeats() -> None:
    assert repeats(["公司拖欠工资，怎么办？"], ["公司拖欠工资怎么办"])
    assert repeats(["公司拖欠了工资该怎么办呢老板跑路失联"], ["公司拖欠了工资该怎么办呢老板跑路失联了"])
    assert not repeats(["房东不退押金"], ["公司拖欠工资怎么办"])


def test_no_test_message_was_trained_on() -> None:
    assert repeats(examples(ROOT / "tests/rasa/nlu.yml"), TRAINING) == []


def test_no_eval_question_was_trained_on() -> None:
    folder = Path(os.environ.get("XIAOFA_SHARED") or ROOT.parent / "shared") / "eval"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there (set XIAOFA_SHARED)")
    questions = [
        json.loads(line)["question"]
        for file in sorted(folder.glob("*_questions.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert repeats(questions, TRAINING) == []
