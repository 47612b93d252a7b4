"""Learns the confidence models and thresholds from data; `xiaofa tune` runs it and writes `confidence.json`.

Right or wrong is known for two kinds of questions: wordings of our own FAQs, each searched with itself left out, and
lay questions for which a lawyer named articles and a grader the entries that answer them. Texts that are not about
law come from the training data of Rasa's chitchat and out_of_scope.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from knowledge.search.confidence import ConfidenceModel, Nearness, card_features, familiarity, features, shown_articles
from knowledge.search.content_index import Weights
from knowledge.search.encoder import Floats
from knowledge.search.engine import SearchEngine, SearchResult
from knowledge.search.lay_questions import LayQuestion
from knowledge.search.sparse import tokens
from knowledge.search.wordings import kept_apart

OFF_TOPIC_INTENTS = ("chitchat", "out_of_scope")
ANSWER_PRECISION = 0.85  # of questions answered outright, at least this share right on the tuning data
CARD_SHARE = 0.62  # of lay questions that get an answer or a guide with articles
CLARIFY_RECALL = 0.97  # of wordings whose FAQ is among the first three, this share gets at least the choice
CLARIFY_SHARE = 0.22  # but of lay questions at most this share: a choice in which nothing fits helps nobody
MOST_DOMAIN = 0.3  # small talk lies below a tenth
OFF_TOPIC_NEAR = 0.01  # share of texts that are not about law and as near to a wording as `familiar_at`
OFF_TOPIC_MISSED = 0.02  # share of legal questions that may look off-topic
# Of the wordings the encoder never learned, the share below each cosine of `Nearness`: where the thresholds lay that were read
# off real questions with the encoder before; `meant` was at 0.86, and the conversations showed it too high with this one.
RANKS = {"bare": 0.49, "beside": 0.025, "plain": 0.2, "meant": 0.7, "farther": 0.62}


@dataclass(frozen=True)
class Sample:
    """A search seen as features, whether its best FAQ was right, and which set it came from; `card`: the features of a card
    made of it and whether it holds something right, of lay questions only."""

    features: list[float]
    right: bool
    in_three: bool
    origin: str
    card: list[float] | None = None
    card_right: bool = False


def off_topic_texts(folder: Path) -> list[str]:
    """Messages of the NLU data that are not about law."""
    texts: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        for block in (yaml.safe_load(path.read_text("utf-8")) or {}).get("nlu", []):
            if block.get("intent") in OFF_TOPIC_INTENTS:
                texts += [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
    return texts


def wording_samples(engine: SearchEngine) -> list[Sample]:
    """The wordings the encoder never learned, each searched with itself left out."""
    samples = []
    for key, (owner, text) in engine.wordings():
        if owner not in engine.content.faqs or not kept_apart(key):
            continue
        result = engine.search(text, leave_out=key)
        ids = [hit.id for hit in result.faqs[:3]]
        samples.append(Sample(features(result), ids[:1] == [owner], owner in ids, "wording"))
    return samples


def nearness(engine: SearchEngine) -> Nearness:
    """The cosines of this engine's encoder at `RANKS`."""
    rows = []
    for key, (owner, text) in engine.wordings():
        if owner in engine.content.faqs and kept_apart(key):
            result = engine.search(text, leave_out=key)
            guide = result.guides[0].dense
            rows.append((result.faqs[0].near, guide, guide, guide, result.faqs[0].dense - guide))
    columns = np.array(rows, np.float32).T
    named = zip(RANKS.items(), columns, strict=True)
    return Nearness(**{name: round(float(np.quantile(column, rank)), 3) for (name, rank), column in named})


def question_samples(engine: SearchEngine, questions: Sequence[LayQuestion]) -> list[Sample]:
    """Lay questions; right when the best FAQ answers them."""
    samples = []
    for question in questions:
        result = engine.search(question.text)
        right = [hit.id in question.answers for hit in result.faqs[:3]]
        holds = card_holds(question, result, engine.show_at)
        samples.append(
            Sample(features(result), right[:1] == [True], any(right), "question", card_features(result), holds)
        )
    return samples


def card_holds(question: LayQuestion, result: SearchResult, show_at: float) -> bool:
    """Whether a guide's card made of this result holds an entry that answers the question, or an article the lawyer named: the
    nearest guide, the two nearest FAQs, the likeliest articles."""
    entries = {hit.id for hit in [*result.guides[:1], *result.faqs[:2]]}
    return bool(question.answers & entries or question.named & set(shown_articles(result, (), show_at)))


def fit_ranking(engine: SearchEngine) -> Weights:
    """Weights of the ranking, from the wordings the encoder never learned, each searched with itself left out."""
    rows, owners = [], []
    ids = {id_: number for number, id_ in enumerate(engine.content.faqs)}
    asked = [(key, owner, text) for key, (owner, text) in engine.wordings() if owner in ids and kept_apart(key)]
    for key, owner, text in asked:
        rows.append(engine.faqs.features(engine.query_vector(text), tokens(text), key)[0])
        owners.append(ids[owner])
    columns, wanted = np.stack(rows), np.array(owners)
    n = len(wanted)

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = columns @ weights
        logits -= logits.max(axis=1, keepdims=True)
        share = np.exp(logits)
        share /= share.sum(axis=1, keepdims=True)
        right = share[np.arange(n), wanted]
        slope = np.einsum("ne,nef->f", share, columns) - columns[np.arange(n), wanted].sum(axis=0)
        return float(-np.log(right + 1e-12).mean()), np.asarray(slope / n, np.float64)

    found = minimize(loss, np.array([10.0, 10.0, 1.0]), jac=True, method="L-BFGS-B", bounds=[(0, None)] * 3)
    return Weights(*(round(float(w), 3) for w in found.x))


def fit(
    engine: SearchEngine, ranking: Weights, samples: list[Sample], legal: Floats, idle: Sequence[str], on: str
) -> ConfidenceModel:
    """The logistic models and the thresholds. `legal`: query vectors of texts about law, a row a text; `idle`: texts that
    are not."""
    other = engine.plain_vectors(idle)
    asked = [s for s in samples if s.origin == "question"]
    # Half of what is learned comes from questions no FAQ was written from, however few they are.
    worth = [max(1.0, len(samples) / len(asked) - 1) if s.origin == "question" else 1.0 for s in samples]
    # Nonsense that sounds like law finds something too: what is not about law at all teaches how far away that lies.
    strange = [features(engine.search(text)) for text in idle]
    faq = LogisticRegression(C=10.0).fit(
        [*(s.features for s in samples), *strange],
        [*(s.right for s in samples), *(False for _ in strange)],
        [*worth, *(1.0 for _ in strange)],
    )
    domain = LogisticRegression(C=30.0, max_iter=2000, class_weight="balanced")
    domain.fit(np.concatenate([legal, other]), np.r_[np.ones(len(legal)), np.zeros(len(other))])
    sure = faq.predict_proba([s.features for s in samples])[:, 1]
    answer_at = _answer_threshold(sure, samples, np.array(worth))
    card = LogisticRegression(C=1.0).fit([s.card for s in asked], [s.card_right for s in asked])
    cards = card.predict_proba([s.card for s in asked])[:, 1]
    answers = faq.predict_proba([s.features for s in asked])[:, 1] >= answer_at
    rest = max(0.0, CARD_SHARE - float(answers.mean())) / max(1e-6, 1 - float(answers.mean()))
    guide_at = round(float(np.quantile(cards[~answers], 1 - rest)), 4)
    left = faq.predict_proba([s.features for s in asked])[:, 1][~answers & (cards < guide_at)]
    return ConfidenceModel(
        encoder=engine.encoder.name,
        ranking=ranking,
        faq_weights=[round(float(w), 5) for w in faq.coef_[0]],
        faq_bias=round(float(faq.intercept_[0]), 5),
        domain_weights=[round(float(w), 5) for w in domain.coef_[0]],
        domain_bias=round(float(domain.intercept_[0]), 5),
        card_weights=[round(float(w), 5) for w in card.coef_[0]],
        card_bias=round(float(card.intercept_[0]), 5),
        guide_at=guide_at,
        answer_at=answer_at,
        clarify_at=max(_clarify_threshold(sure, samples), _at_most(left, int(CLARIFY_SHARE * len(asked)))),
        domain_at=round(
            min(MOST_DOMAIN, float(np.quantile(domain.predict_proba(legal)[:, 1], OFF_TOPIC_MISSED / 2))), 4
        ),
        familiar_at=_familiar_threshold(engine, idle),
        near=nearness(engine),
        chosen_on=on,
    )


def _familiar_threshold(engine: SearchEngine, idle: Sequence[str]) -> float:
    near = [familiarity(engine.search(text)) for text in idle]
    return round(float(np.quantile(near, 1 - OFF_TOPIC_NEAR)), 4)


def _answer_threshold(sure: Floats, samples: list[Sample], worth: Floats) -> float:
    """The lowest threshold above which the wanted share is right, each sample counting what it is worth."""
    right = np.array([s.right for s in samples])
    order = np.argsort(-sure)
    share = np.cumsum((right * worth)[order]) / np.cumsum(worth[order])
    good = np.nonzero(share >= ANSWER_PRECISION)[0]
    return round(float(sure[order[good[-1]]]), 4) if len(good) else 0.9


def _clarify_threshold(sure: Floats, samples: list[Sample]) -> float:
    among = sorted(float(p) for p, s in zip(sure, samples, strict=True) if s.in_three and s.origin == "wording")
    return round(among[int(len(among) * (1 - CLARIFY_RECALL))], 4) if among else 0.2


def _at_most(sure: Floats, many: int) -> float:
    """The threshold that no more than so many reach."""
    return round(float(np.sort(sure)[::-1][many]), 4) if len(sure) > many else 0.0
