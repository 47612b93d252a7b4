"""How articles are ranked for a question: a linear model learned from lay questions (`xiaofa tune` writes `ranking.json`)."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from knowledge.search.encoder import Floats

MODEL = Path(__file__).with_name("ranking.json")


class Ranking(BaseModel):
    """A conditional logit over the candidates of one question.

    `weights` of the features; `answered`: how many of the questions it was learned from each article answered, the prior of
    articles and laws; `chance`: slope and bias from the log share of an article to the chance that it answers;
    `show_at`: the chance from which an article is worth showing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: dict[str, float] = {
        "dense": 6.0,
        "sparse": 3.5,
        "vote": 2.0,
        "near": 1.0,
        "asked": 6.0,
        "asked_words": 1.0,
        "law_share": 0.3,
        "law_seen": 0.2,
        "article_seen": 0.5,
        "cited": 0.2,
        "national": 0.7,
        "local": -1.2,
        "length": 0.3,
        "neighbour": 3.0,
    }
    answered: dict[str, int] = {}
    chance: tuple[float, float] = (1.0, 0.5)
    show_at: float = 0.25


FEATURES = tuple(Ranking().weights)


@lru_cache(maxsize=1)
def load_ranking(path: Path = MODEL) -> Ranking:
    return Ranking.model_validate(json.loads(path.read_text("utf-8"))) if path.exists() else Ranking()


def shares(scores: Floats) -> Floats:
    """Softmax: the share of probability of each candidate."""
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), np.float32)


def chances(share: Floats, ranking: Ranking) -> Floats:
    """Chance that an article answers the question, from its share."""
    slope, bias = ranking.chance
    return np.asarray(1 / (1 + np.exp(-(slope * np.log(share + 1e-9) + bias))), np.float32)
