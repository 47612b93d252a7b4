"""A softmax over TF-IDF weighted features and a dense vector: fitted with scikit-learn, kept as numpy arrays (no pickle)."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Sequence, Text, Tuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from rasa_ext.features import Features

# How much each kind of feature counts against the others (first letter of its name).
KIND_WEIGHT = {"c": 1.0, "w": 1.0, "b": 0.7, "k": 1.6, "p": 0.8, "l": 0.6}
ITERATIONS = 80  # about half of the way to convergence: twice as fast, and no worse on messages it has not seen
BALANCE = 0.5  # 0: labels weigh as often as they come; 1: all labels weigh alike
DENSE_WEIGHT = 0.8  # of the dense vector against the sparse one, both of unit length
SEEN_AT_LEAST = {"c": 2, "b": 2, "p": 2}


@dataclass
class LinearModel:
    """`weights`: (features, labels), IDF and kind weight are in `scale` (features,); `dense`: (dimension, labels);
    `bias`: (labels,)."""

    labels: List[Text]
    vocabulary: Dict[Text, int]
    scale: np.ndarray
    weights: np.ndarray
    dense: np.ndarray
    bias: np.ndarray

    def probabilities(self, features: Features, vector: np.ndarray) -> np.ndarray:
        """Softmax over `labels`; features never seen in training are ignored. `vector`: (dimension,)."""
        index, value = vectorise(features, self.vocabulary, self.scale)
        scores = self.bias + value @ self.weights[index] + vector @ self.dense
        scores = np.exp(scores - scores.max())
        return scores / scores.sum()

    def save(self, folder: Path) -> None:
        arrays = {"scale": self.scale, "weights": self.weights, "dense": self.dense, "bias": self.bias}
        np.savez(folder / "model.npz", **arrays)  # type: ignore[arg-type]  # its stubs take every name for a switch
        names = {"labels": self.labels, "vocabulary": list(self.vocabulary)}
        (folder / "names.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz") as arrays:
            return cls(
                labels=names["labels"],
                vocabulary={name: i for i, name in enumerate(names["vocabulary"])},
                scale=arrays["scale"],
                weights=arrays["weights"],
                dense=arrays["dense"],
                bias=arrays["bias"],
            )


def vectorise(features: Features, vocabulary: Dict[Text, int], scale: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Known features as (indices, values): damped counts times scale, to unit length."""
    known = [(vocabulary[name], count) for name, count in features.items() if name in vocabulary]
    index = np.fromiter((i for i, _ in known), dtype=np.int64, count=len(known))
    value = (1 + np.log(np.fromiter((c for _, c in known), dtype=np.float32, count=len(known)))) * scale[index]
    return index, value / (np.linalg.norm(value) or 1.0)


def fit(
    rows: Sequence[Features], dense: np.ndarray, labels: Sequence[Text], *, strength: float, seed: int
) -> LinearModel:
    """Multinomial logistic regression; rare labels weigh more (`BALANCE` of fully balanced). `dense`: (rows, dimension)."""
    seen = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in seen.items() if count >= SEEN_AT_LEAST.get(name[0], 1))
    vocabulary = {name: i for i, name in enumerate(names)}
    scale = np.array(
        [KIND_WEIGHT[name[0]] * (1 + np.log((1 + len(rows)) / (1 + seen[name]))) for name in names], dtype=np.float32
    )
    vectors = [vectorise(row, vocabulary, scale) for row in rows]
    matrix = csr_matrix(
        (
            np.concatenate([value for _, value in vectors]),
            np.concatenate([index for index, _ in vectors]),
            np.cumsum([0, *(len(index) for index, _ in vectors)]),
        ),
        shape=(len(rows), len(names)),
    )
    sizes = Counter(labels)
    typical = len(rows) / len(sizes)
    balance = {label: (typical / size) ** BALANCE for label, size in sizes.items()}
    regression = LogisticRegression(C=strength, max_iter=ITERATIONS, class_weight=balance, random_state=seed, tol=1e-2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit(hstack([matrix, csr_matrix(dense * DENSE_WEIGHT)]).tocsr(), list(labels))
    weights = regression.coef_.T.astype(np.float32)
    return LinearModel(
        labels=[str(label) for label in regression.classes_],
        vocabulary=vocabulary,
        scale=scale,
        weights=np.ascontiguousarray(weights[: len(names)]),
        dense=np.ascontiguousarray(weights[len(names) :]) * DENSE_WEIGHT,
        bias=regression.intercept_.astype(np.float32),
    )
