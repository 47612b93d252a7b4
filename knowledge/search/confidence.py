"""How sure the search is, as a probability learned from data (`xiaofa tune` writes `confidence.json`)."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.search.content_index import Weights
from knowledge.search.encoder import Floats
from knowledge.search.engine import SearchResult

MODEL = Path(__file__).with_name("confidence.json")
ASKED_BEFORE = 0.8  # cosine after whitening: one wording of the FAQ says nearly the same
CERTAIN = 0.9
HALF_SURE = 0.62  # a short question ("家暴怎么办") may look off-topic by itself and still have found its FAQ
Verdict = Literal["answer", "clarify", "guide", "uncovered", "offtopic"]


class ConfidenceModel(BaseModel):
    """Ranking weights, two logistic models, and the thresholds chosen with them.

    `faq`: probability that the best FAQ is right, from `features`. `domain`: probability that the text is about law,
    from the encoder's query vector; it holds for the encoder named.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoder: str
    ranking: Weights
    faq_weights: list[float]
    faq_bias: float
    domain_weights: list[float]
    domain_bias: float
    answer_at: float
    clarify_at: float
    domain_at: float
    chosen_on: str


@lru_cache(maxsize=1)
def load_model(path: Path = MODEL) -> ConfidenceModel:
    return ConfidenceModel.model_validate(json.loads(path.read_text("utf-8")))


def features(result: SearchResult) -> list[float]:
    """What the confidence sees: the best FAQ's share and lead, its nearness in text, word overlap, length."""
    if not result.faqs:
        return [0.0] * 5
    best = result.faqs[0]
    second = result.faqs[1].score if len(result.faqs) > 1 else 0.0
    share = min(max(best.score, 1e-4), 1 - 1e-4)
    return [
        math.log(share / (1 - share)) / 4,
        best.score - second,
        best.dense,
        best.sparse,
        math.log1p(len(result.query)) / 5,
    ]


def faq_confidence(result: SearchResult, model: ConfidenceModel) -> float:
    """Probability in 0..1 that the best FAQ answers the question.

    The models are learned from wordings left out of the index, so they never see a question that was asked before in
    much the same words; that case is certain enough by itself.
    """
    sure = _logistic(features(result), model.faq_weights, model.faq_bias)
    asked_before = bool(result.faqs) and result.faqs[0].near >= ASKED_BEFORE
    return max(sure, CERTAIN) if asked_before else sure


def domain_confidence(vector: Floats, model: ConfidenceModel) -> float:
    """Probability in 0..1 that the text is about law at all."""
    return _logistic(vector.tolist(), model.domain_weights, model.domain_bias)


def verdict(result: SearchResult, model: ConfidenceModel) -> tuple[Verdict, float]:
    """What to do with a search result, and how sure the best FAQ is."""
    sure = faq_confidence(result, model)
    if sure >= model.answer_at:
        return "answer", sure
    if sure < HALF_SURE and domain_confidence(result.vector, model) < model.domain_at:
        return "offtopic", sure
    if sure >= model.clarify_at:
        return "clarify", sure
    return ("guide" if result.guides or result.statutes else "uncovered"), sure


def _logistic(values: Sequence[float], weights: Sequence[float], bias: float) -> float:
    total = bias + sum(v * w for v, w in zip(values, weights, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, total))))
