"""Content and NLU data are written from life, not from the evaluation sets; the NLU test set repeats no training example."""

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge import fast_yaml
from knowledge.check_text import bigrams, look_alikes, overlap
from knowledge.content import load_content
from knowledge.quiz import load_bank
from knowledge.reviews import LEDGER
from knowledge.statutes.book import StatuteBook
from tests.stack import transcripts
from tests.unit.conftest import TODAY

ROOT = Path(__file__).resolve().parents[2]
EVAL = Path(os.environ.get("XIAOFA_SHARED", ROOT.parent / "shared")) / "eval"
EVERYDAY = ROOT / "tests" / "integration" / "everyday.yml"
PARAPHRASES = ROOT / "tests" / "eval" / "paraphrases.yml"
ALIKE = 0.85
PHRASE = 10  # characters: shorter words are everybody's
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


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(EVAL.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]


def questions() -> list[str]:
    return [text for row in rows() for text in (row["question"], row.get("subject")) if isinstance(text, str)]


def sentences(law: str) -> list[str]:
    """What the answers say, sentence by sentence, the law's own words left out: both quote the same law."""
    answers = [text for row in rows() for text in (row.get("answer"), *row.get("answers", ())) if isinstance(text, str)]
    found = [sentence for text in answers for sentence in re.split(r"[。；？！\n]", text)]
    return [sentence for sentence in found if len(plain(sentence)) >= PHRASE and plain(sentence) not in law]


def strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for branch in tree.values() if isinstance(tree, dict) else tree:
            yield from strings(branch)


def written() -> list[str]:
    """Every text in our YAML: content, quiz, what is told for its own sake, conversations and questions of the tests."""
    paths = [path for path in sorted((ROOT / "knowledge").rglob("*.yml")) if not path.is_relative_to(LEDGER)]
    for folder in ("eval", "integration", "transcripts"):
        paths += sorted((ROOT / "tests" / folder).glob("*.yml"))
    return sorted({text for path in paths for text in strings(fast_yaml.load(path.read_text("utf-8")))})


def copies(ours: list[str], theirs: list[str]) -> list[tuple[str, str]]:
    """Pairs that are nearly the same. Texts so alike share one of the rarest bigrams of ours: only those are compared."""
    long = [text for text in theirs if len(plain(text)) >= 8]
    having: dict[str, list[str]] = {}
    for text in long:
        for gram in bigrams(text):
            having.setdefault(gram, []).append(text)
    found = []
    for text in (text for text in ours if len(plain(text)) >= 8):
        grams = sorted(bigrams(text), key=lambda gram: len(having.get(gram, ())))
        rarest = grams[: len(grams) - ceil(ALIKE * len(grams)) + 1]
        near = {other for gram in rarest for other in having.get(gram, ())}
        found += [(text, other) for other in sorted(near) if overlap(text, other) >= ALIKE]
    return found


def contained(ours: list[str], theirs: list[str]) -> list[str]:
    """Ours that stand word for word in one of theirs, and the other way round."""
    return [text for one, other in ((ours, theirs), (theirs, ours)) for text in _within(one, other)]


def _within(texts: list[str], others: list[str]) -> list[str]:
    whole = "\n".join(map(plain, others))
    return [text for text in texts if len(plain(text)) >= PHRASE and plain(text) in whole]


def test_no_test_message_repeats_a_training_example() -> None:
    known = {plain(text) for text in training()}
    test = nlu_examples(ROOT / "tests" / "rasa" / "nlu.yml")
    assert len(test) >= 400
    long = [text for text in test if len(plain(text)) >= 5]
    assert [text for text in long if plain(text) in known] == []
    assert copies(training(), test) == []


@needs_eval
def test_no_content_copies_an_evaluation_question() -> None:
    assert copies(written(), questions()) == []
    assert contained(written(), questions()) == []


@needs_eval
def test_no_content_copies_an_answer_of_the_evaluation_sets(book: StatuteBook) -> None:
    law = "\n".join(plain(article.text) for article in book.articles(TODAY))
    answers = sentences(law)
    assert len(answers) >= 3_000
    assert copies(written(), answers) == []


@needs_eval
def test_no_training_example_copies_an_evaluation_question() -> None:
    assert copies(training(), questions()) == []
    assert contained(training(), questions()) == []


def test_all_that_is_written_is_compared() -> None:
    """One text of each kind, as its file has it."""
    content, bank = load_content(), load_bank()
    faq = content.faqs["labour.wages.arrears"]
    guide = content.guides["guide.labour.contract-expiry"]
    ours = set(written())
    assert {faq.question, faq.variants[0], faq.conclusion, faq.steps[0], guide.checklist.questions[0].ask} <= ours
    assert {question.question for question in bank.values()} <= ours
    assert {text for topic in yaml.safe_load(EVERYDAY.read_text("utf-8")).values() for text in topic} <= ours
    assert {row["question"] for row in yaml.safe_load(PARAPHRASES.read_text("utf-8"))} <= ours
    assert {turn["say"] for one in transcripts.load() for turn in one["turns"] if "say" in turn} <= ours


@pytest.mark.parametrize(
    ("ours", "theirs", "near"),
    [
        ("房东不退押金应该怎么办呢", "房东不退押金应该怎么办", True),
        ("退房了，房东不退押金应该怎么办", "房东不退押金应该怎么办", False),
        ("公司不给年终奖，能要吗", "房东不退押金应该怎么办", False),
    ],
)
def test_what_counts_as_a_near_copy(ours: str, theirs: str, near: bool) -> None:
    others = ["狗咬了人谁来赔医药费", theirs, "借条丢了钱还要得回来吗"]
    assert bool(copies([ours], others)) is near
    assert [(one, other) for _, one, _, other in look_alikes([("a", theirs), ("b", ours)], ALIKE)] == [
        (other, one) for one, other in copies([ours], others)
    ]


def test_what_stands_in_another_text_is_seen_from_both_sides() -> None:
    one, other = "退房了，房东不退押金应该怎么办", "房东不退押金应该怎么办？"
    assert contained([other], [one]) == contained([one], [other]) == [other]
    assert contained(["房东不退押金"], [one]) == []  # so few words are everybody's
