"""How sure the search is, as a probability learned from data (`xiaofa tune` writes `confidence.json`)."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.search.content_index import ASKED_BEFORE, FaqHit, Weights
from knowledge.search.encoder import Floats
from knowledge.search.engine import SearchResult

MODEL = Path(__file__).with_name("confidence.json")
CERTAIN = 0.9
BARE = 4  # characters: a bare word is no sentence, and `domain` learned from sentences
Verdict = Literal["answer", "clarify", "guide", "uncovered", "offtopic"]


class Nearness(BaseModel):
    """Cosines from which something counts. They differ from encoder to encoder: `xiaofa tune` reads them off at fixed ranks
    (`tuning.RANKS`).

    `bare`: of a bare word to how people ask for a guide. Of a question to what a guide says: `beside`, below which it has
    little to do with it; `plain`, the kind of problem is plain; `meant`, it is the problem meant. `farther`: by so much the
    nearest FAQ lies nearer than a guide that must not stand before it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bare: float
    beside: float
    plain: float
    meant: float
    farther: float


class ConfidenceModel(BaseModel):
    """Ranking weights, three logistic models, and the thresholds chosen with them.

    `faq`: probability that the best FAQ is right, from `features`; `card`: that a card of the nearest guide, FAQs and
    `shown_articles` holds something that answers, from `card_features`. `domain`: probability that the text is about law,
    from the encoder's query vector; it holds for the encoder named. `familiar_at`: nearness to a wording from which a text
    is about law whatever `domain` says.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoder: str
    ranking: Weights
    faq_weights: list[float]
    faq_bias: float
    domain_weights: list[float]
    domain_bias: float
    card_weights: list[float]
    card_bias: float
    answer_at: float
    guide_at: float
    clarify_at: float
    domain_at: float
    familiar_at: float
    near: Nearness
    chosen_on: str


@lru_cache(maxsize=1)
def load_model(path: Path = MODEL) -> ConfidenceModel:
    return ConfidenceModel.model_validate(json.loads(path.read_text("utf-8")))


def features(result: SearchResult) -> list[float]:
    """What the confidence sees: the best FAQ's share and lead, its nearness in text, word overlap. Not the length: long stories
    among the questions learned from were seldom answered by an FAQ, and that made every long story unsure."""
    if not result.faqs:
        return [0.0] * 4
    best = result.faqs[0]
    second = result.faqs[1].score if len(result.faqs) > 1 else 0.0
    return [
        _logit(best.score) / 4,
        best.score - second,
        best.dense,
        best.sparse,
    ]


def faq_confidence(result: SearchResult, model: ConfidenceModel) -> float:
    """Probability in 0..1 that the best FAQ answers the question.

    The models are learned from wordings left out of the index, so they never see a question that was asked before in
    much the same words; that case is certain enough by itself.
    """
    sure = _logistic(features(result), model.faq_weights, model.faq_bias)
    asked_before = bool(result.faqs) and result.faqs[0].near >= ASKED_BEFORE
    return max(sure, CERTAIN) if asked_before else sure


def shown_articles(result: SearchResult, own: Sequence[str], at: float, most: int = 5) -> list[str]:
    """Keys of the articles for a card: its own, then those whose chance is at least `at`, or else the best one."""
    found = [hit.key for hit in result.statutes if hit.chance >= at] or [hit.key for hit in result.statutes[:1]]
    return list(dict.fromkeys([*own, *found]))[:most]


def card_features(result: SearchResult) -> list[float]:
    """What the chance of something right on the card is read from: the chance of the best article and of any of five, the share
    and the nearness of the best FAQ and of the best guide."""
    chances = [hit.chance for hit in result.statutes[:5]]
    none = math.prod(1 - chance for chance in chances)
    near = [value for hits in (result.faqs, result.guides) for value in _of_best(hits)]
    return [_logit(max(chances, default=0.0)) / 2, 1 - none, *near]


def _of_best(hits: Sequence[FaqHit]) -> tuple[float, float]:
    return (_logit(hits[0].score) / 4, hits[0].dense) if hits else (0.0, 0.0)


def card_confidence(result: SearchResult, model: ConfidenceModel) -> float:
    """Probability in 0..1 that a guide, an FAQ or an article on a card made of this result answers the question."""
    return _logistic(card_features(result), model.card_weights, model.card_bias)


def domain_confidence(vector: Floats, model: ConfidenceModel) -> float:
    """Probability in 0..1 that the text is about law at all."""
    return _logistic(vector.tolist(), model.domain_weights, model.domain_bias)


def familiarity(result: SearchResult) -> float:
    """Cosine to the nearest wording of the entries found: three words about law look like small talk, until somebody asked
    much the same."""
    return max((hit.near for hit in result.faqs), default=-1.0)


def problem_named(result: SearchResult, model: ConfidenceModel) -> str | None:
    """The guide that people ask for in much the same words as a message of one or two (离婚, 被打了): of the two best, the one
    asked for so."""
    nearest = max(result.guides[:2], key=lambda hit: hit.near, default=None)
    named = nearest and len(result.query) <= BARE and nearest.near >= model.near.bare
    return nearest.id if nearest and named else None


def verdict(result: SearchResult, model: ConfidenceModel) -> tuple[Verdict, float]:
    """What to do with a search result, and how sure that is: of the FAQ, or of the articles beside a guide."""
    sure, card = faq_confidence(result, model), card_confidence(result, model)
    problem = problem_named(result, model)
    # A bare word is near to any longer wording it stands in: only a guide's name makes it a problem.
    strange = not problem if len(result.query) <= BARE else familiarity(result) < model.familiar_at
    if sure < model.answer_at and strange and domain_confidence(result.vector, model) < model.domain_at:
        return "offtopic", sure
    if sure >= model.answer_at:
        return "answer", sure
    if card >= model.guide_at:
        return "guide", card
    if sure >= model.clarify_at or problem:
        return "clarify", sure
    return "uncovered", card


def _logit(chance: float) -> float:
    inside = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(inside / (1 - inside))


def _logistic(values: Sequence[float], weights: Sequence[float], bias: float) -> float:
    total = bias + sum(v * w for v, w in zip(values, weights, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, total))))
