"""Learns the ranking of articles from lay questions the encoder was not trained on (part `tune` of the split)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from knowledge.search.encoder import Floats
from knowledge.search.engine import SearchEngine
from knowledge.search.lay_questions import LayQuestion
from knowledge.search.ranking import FEATURES, Ranking, chances, shares

Flags = npt.NDArray[np.bool_]
SHRINK = 0.02  # ridge penalty per question, features scaled to unit spread
MOST_SHOWN = 5


def answered(questions: Sequence[LayQuestion]) -> dict[str, int]:
    """How many of the questions each article answers."""
    return dict(sorted(Counter(key for q in questions for key in q.named).items()))


def fit_articles(engine: SearchEngine, questions: Sequence[LayQuestion], prior: dict[str, int]) -> Ranking:
    """`engine` must rank with `prior` already, and none of `questions` may be counted in it."""
    samples = []
    for question in questions:
        keys, matrix = engine.ranking_features(question.text)
        right = np.array([key in question.named for key in keys])
        samples.append((matrix, right, len([key for key in question.named if engine.has(key)])))
    weights = _fit([(matrix, right) for matrix, right, _ in samples if right.any()])
    share = [shares(matrix @ weights) for matrix, _, _ in samples]
    top = [np.argsort(-s, kind="stable")[:20] for s in share]
    logs = np.concatenate([np.log(s[t] + 1e-9) for s, t in zip(share, top, strict=True)])
    rights = np.concatenate([right[t] for (_, right, _), t in zip(samples, top, strict=True)])
    line = LogisticRegression(C=100.0).fit(logs[:, None], rights)
    learned = Ranking(
        weights={name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)},
        answered=prior,
        chance=(round(float(line.coef_[0, 0]), 4), round(float(line.intercept_[0]), 4)),
    )
    best = max(np.linspace(0.08, 0.6, 27), key=lambda at: _worth(float(at), learned, samples, share))
    return learned.model_copy(update={"show_at": round(float(best), 3)})


def _fit(samples: Sequence[tuple[Floats, Flags]]) -> Floats:
    """Weights that raise the share of the right articles among the candidates of their question."""
    spread = np.concatenate([matrix for matrix, _ in samples]).std(axis=0) + 1e-6
    scaled = [(matrix / spread, right / right.sum()) for matrix, right in samples]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros_like(weights)
        for matrix, wanted in scaled:
            share = shares(matrix @ weights)
            total -= float((wanted * np.log(share + 1e-12)).sum())
            slope += matrix.T @ (share - wanted)
        n = len(scaled)
        return total / n + SHRINK * float(weights @ weights), slope / n + 2 * SHRINK * weights

    found = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B")
    return np.asarray(found.x / spread, np.float32)


def _worth(at: float, ranking: Ranking, samples: Sequence[tuple[Floats, Flags, int]], share: Sequence[Floats]) -> float:
    """The smaller of macro precision and recall of the articles shown from this chance on."""
    precision, recall = [], []
    for (_, right, wanted), part in zip(samples, share, strict=True):
        order = np.argsort(-part, kind="stable")[:MOST_SHOWN]
        sure = chances(part[order], ranking)
        shown = order[: max(1, int((sure >= at).sum()))]
        precision.append(right[shown].mean())
        recall.append(right[shown].sum() / max(1, wanted))
    return float(min(np.mean(precision), np.mean(recall)))
