"""Content and NLU data are written from life, not from the evaluation sets; the NLU test set repeats no training example."""

import json
import os
import re
import unicodedata
from pathlib import Path

import pytest
import yaml

from knowledge.check_text import look_alikes
from knowledge.content import load_content

ROOT = Path(__file__).resolve().parents[2]
EVAL = Path(os.environ.get("XIAOFA_SHARED", ROOT.parent / "shared")) / "eval"
needs_eval = pytest.mark.skipif(not EVAL.exists(), reason=f"没有 {EVAL}")


def plain(text: str) -> str:
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text).lower())


def nlu_examples(path: Path) -> list[str]:
    blocks = (yaml.safe_load(path.read_text("utf-8")) or {}).get("nlu", [])
    lines = [
        line[2:].strip()
        for b in blocks
        if "intent" in b
        for line in b["examples"].splitlines()
        if line.startswith("- ")
    ]
    return [re.sub(r"\[([^\]]*)\]\([^)]*\)|\[([^\]]*)\]\{[^}]*\}", r"\1\2", line) for line in lines]


def training() -> list[str]:
    return [text for path in sorted((ROOT / "data" / "nlu").glob("*.yml")) for text in nlu_examples(path)]


def questions() -> list[str]:
    return [
        json.loads(line)["question"]
        for path in sorted(EVAL.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def copies(ours: list[str], theirs: list[str]) -> list[tuple[str, str]]:
    rows = [("theirs", t) for t in theirs if len(plain(t)) >= 8] + [("ours", t) for t in ours if len(plain(t)) >= 8]
    return [(one, other) for _, one, _, other in look_alikes(rows, 0.85)]


def test_no_test_message_repeats_a_training_example() -> None:
    known = {plain(text) for text in training()}
    test = nlu_examples(ROOT / "tests" / "rasa" / "nlu.yml")
    assert len(test) >= 400
    long = [text for text in test if len(plain(text)) >= 5]
    assert [text for text in long if plain(text) in known] == []
    assert copies(training(), test) == []


@needs_eval
def test_no_content_copies_an_evaluation_question() -> None:
    content = load_content()
    ours = [t for f in content.faqs.values() for t in (f.question, *f.variants)]
    ours += [t for g in content.guides.values() for t in (g.title, *g.variants)]
    assert copies(ours, questions()) == []


@needs_eval
def test_no_training_example_copies_an_evaluation_question() -> None:
    assert copies(training(), questions()) == []
