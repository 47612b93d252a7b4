"""Learns the confidence models and thresholds from data; `xiaofa tune` runs it and writes `confidence.json`.

Right or wrong is known for two kinds of questions: wordings of our own FAQs, each searched with itself left out, and
lay questions whose statute articles a lawyer named (an FAQ is right when it cites one of them). Texts that are not about
law come from the training data of Rasa's chitchat and out_of_scope.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from knowledge.search.confidence import ConfidenceModel, features
from knowledge.search.content_index import Weights
from knowledge.search.encoder import Floats
from knowledge.search.engine import SearchEngine, document
from knowledge.search.sparse import tokens
from knowledge.search.whitening import Whitening
from knowledge.search.whitening import fit as fit_map
from knowledge.statutes.citations import parse

OFF_TOPIC_INTENTS = ("chitchat", "out_of_scope")
ANSWER_PRECISION = 0.8  # of questions answered outright, at least this share right on the tuning data
CLARIFY_RECALL = 0.97  # of wordings whose FAQ is among the first three, this share gets at least the choice
OFF_TOPIC_MISSED = 0.02  # share of legal questions that may look off-topic


@dataclass(frozen=True)
class Sample:
    """A search seen as features, whether its best FAQ was right, and which set it came from."""

    features: list[float]
    right: bool
    in_three: bool
    origin: str


def lay_questions(path: Path, part: str) -> Iterator[tuple[str, set[str]]]:
    """(question, keys of the articles a lawyer named) of one part of the fixed split: `train` (80 %) or `test` (20 %)."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        bucket = int(hashlib.sha256(str(row["id"]).encode()).hexdigest(), 16) % 5
        if (bucket == 0) == (part == "test"):
            yield row["question"], gold_keys(row["statutes"])


def gold_keys(statutes: Iterable[str]) -> set[str]:
    return {f"{c.law}#{c.article}" + (f"-{c.sub}" if c.sub else "") for text in statutes for c in parse(text) if c.law}


def off_topic_texts(folder: Path) -> list[str]:
    """Messages of the NLU data that are not about law."""
    texts: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        for block in (yaml.safe_load(path.read_text("utf-8")) or {}).get("nlu", []):
            if block.get("intent") in OFF_TOPIC_INTENTS:
                texts += [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
    return texts


def wording_samples(engine: SearchEngine, every: int = 3) -> list[Sample]:
    """Every third wording, searched with itself left out."""
    samples = []
    for key, (owner, text) in list(engine.wordings())[::every]:
        if owner not in engine.content.faqs:
            continue
        result = engine.search(text, leave_out=key)
        ids = [hit.id for hit in result.faqs[:3]]
        samples.append(Sample(features(result), ids[:1] == [owner], owner in ids, "wording"))
    return samples


def question_samples(engine: SearchEngine, questions: Iterable[tuple[str, set[str]]]) -> list[Sample]:
    """Lay questions; right when the best FAQ cites an article the lawyer named."""
    samples = []
    for text, gold in questions:
        result = engine.search(text)
        right = [bool(gold & set(engine.cited(hit.id))) for hit in result.faqs[:3]]
        samples.append(Sample(features(result), right[:1] == [True], any(right), "question"))
    return samples


def fit_ranking(engine: SearchEngine, every: int = 2) -> Weights:
    """Weights of the ranking, from every second wording searched with itself left out; titles are not asked, so not used."""
    import torch

    rows, owners = [], []
    ids = {id_: number for number, id_ in enumerate(engine.content.faqs)}
    asked = [(key, owner, text) for key, (owner, text) in engine.wordings() if owner in ids and not key.endswith("#0")]
    for key, owner, text in asked[::every]:
        rows.append(engine.faqs.features(engine.white_vector(text), tokens(text), key)[0])
        owners.append(ids[owner])
    columns, wanted = torch.tensor(np.stack(rows)), torch.tensor(owners)
    weights = torch.nn.Parameter(torch.tensor([10.0, 10.0, 1.0]))
    optimiser = torch.optim.LBFGS([weights], max_iter=100)

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = torch.nn.functional.cross_entropy(columns @ weights, wanted)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return Weights(*(round(max(0.0, float(w)), 3) for w in weights))


def fit_whitening(engine: SearchEngine) -> Whitening:
    """From the vectors of all wordings and of what the FAQs say."""
    said = [document(faq) for faq in engine.content.faqs.values()]
    return fit_map(
        engine.encoder.name, engine.plain_vectors([t for _, (_, t) in engine.wordings()]), engine.plain_passages(said)
    )


def fit(
    engine: SearchEngine, ranking: Weights, samples: list[Sample], legal: Floats, other: Floats, on: str
) -> ConfidenceModel:
    """Both logistic models and the thresholds. `legal` and `other` are query vectors, a row a text."""
    faq = LogisticRegression(C=10.0).fit([s.features for s in samples], [s.right for s in samples])
    domain = LogisticRegression(C=30.0, max_iter=2000, class_weight="balanced")
    domain.fit(np.concatenate([legal, other]), np.r_[np.ones(len(legal)), np.zeros(len(other))])
    sure = faq.predict_proba([s.features for s in samples])[:, 1]
    return ConfidenceModel(
        encoder=engine.encoder.name,
        ranking=ranking,
        faq_weights=[round(float(w), 5) for w in faq.coef_[0]],
        faq_bias=round(float(faq.intercept_[0]), 5),
        domain_weights=[round(float(w), 5) for w in domain.coef_[0]],
        domain_bias=round(float(domain.intercept_[0]), 5),
        answer_at=_answer_threshold(sure, samples),
        clarify_at=_clarify_threshold(sure, samples),
        domain_at=round(float(np.quantile(domain.predict_proba(legal)[:, 1], OFF_TOPIC_MISSED / 2)), 4),
        chosen_on=on,
    )


def _answer_threshold(sure: Floats, samples: list[Sample]) -> float:
    """The lowest threshold above which the wanted share is right."""
    right = np.array([s.right for s in samples])
    order = np.argsort(-sure)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.nonzero(share >= ANSWER_PRECISION)[0]
    return round(float(sure[order[good[-1]]]), 4) if len(good) else 0.9


def _clarify_threshold(sure: Floats, samples: list[Sample]) -> float:
    among = sorted(float(p) for p, s in zip(sure, samples, strict=True) if s.in_three and s.origin == "wording")
    return round(among[int(len(among) * (1 - CLARIFY_RECALL))], 4) if among else 0.2
