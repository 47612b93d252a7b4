"""Trains the adapter for questions alone: the vectors of the passages stand still, so that each question is compared with every
article in force, or with every FAQ, and not with those of its batch; and a step costs a tenth of one that embeds passages too
(query-side fine-tuning, Lee et al. 2021, arXiv:2012.12624)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from knowledge.search.encoder import Floats
from knowledge.search.engine import SearchEngine
from knowledge.search.lay_questions import LayQuestion
from knowledge.search.passages import document, passage
from knowledge.search.training.pairs import taught
from knowledge.search.training.train import ASKING_TEMPERATURE, TEMPERATURE, Trainer, together

BATCH, QUERY_TOKENS = 96, 64  # BATCH: questions of all processes together
TWINS = 0.95  # cosine: two passages that say the same are not told apart
Rows = list[tuple[str, tuple[int, ...]]]  # a question and the numbers of the passages that answer it
LAPS = (9, 2, 3)  # lay questions, questions written for articles, questions that FAQs answer


@dataclass(frozen=True)
class Lesson:
    """Questions, and for each the numbers of the `passages` (n, d) that answer it. `temperature` of the softmax over all passages;
    `times`: how many times the questions are gone through."""

    questions: Sequence[str]
    right: Sequence[tuple[int, ...]]
    passages: Floats = field(repr=False)
    temperature: float
    times: int

    def told(self) -> dict[str, object]:
        """How many, how often, and a hash of the questions: what was learned from, without saying it."""
        said = json.dumps(list(self.questions), ensure_ascii=False)
        return {"questions": [len(self.questions), self.times], "sha256": hashlib.sha256(said.encode()).hexdigest()}


def lessons(engine: SearchEngine, lay: Sequence[LayQuestion], times: tuple[int, int, int] = LAPS) -> list[Lesson]:
    """Lay questions -> the articles a lawyer named; questions written for articles; wordings -> what their FAQ says, those kept
    apart left out."""
    keys = [article.key for article in engine.articles()]
    at = {key: number for number, key in enumerate(keys)}
    articles = engine.plain_passages([passage(article) for article in engine.articles()])
    faqs = {id_: number for number, id_ in enumerate(engine.content.faqs)}
    said = engine.plain_passages([document(faq) for faq in engine.content.faqs.values()])
    named: Rows = [(q.text, tuple(sorted(at[key] for key in q.named if key in at))) for q in lay]
    written: Rows = [(text, (at[key],)) for key, texts in engine.asked().items() for text in texts]
    worded: Rows = [(text, (faqs[owner],)) for text, owner in taught(engine)]
    parts: tuple[tuple[Rows, Floats, float], ...] = (
        (named, articles, TEMPERATURE),
        (written, articles, TEMPERATURE),
        (worded, said, ASKING_TEMPERATURE),
    )
    return [
        Lesson([text for text, right in rows if right], [right for _, right in rows if right], vectors, temperature, n)
        for (rows, vectors, temperature), n in zip(parts, times, strict=True)
    ]


class AskingTrainer(Trainer):
    """Learns an adapter on top of the model `base` for questions."""

    def asking_run(self, given: Sequence[Lesson], into: Path) -> None:
        """Writes the adapter to `into`."""
        steps = list(self._steps(given))
        mixed = [steps[i] for i in torch.randperm(len(steps)).tolist()]

        def loss(number: int) -> torch.Tensor:
            lesson, rows = mixed[number]
            return self.lesson_loss(lesson, rows[self._rank :: self._world])

        self.learn(len(mixed), loss, into)

    def lesson_loss(self, lesson: Lesson, rows: Sequence[int]) -> torch.Tensor:
        """Mean over the questions of minus the log share of their right passages among all; other passages that say the same as a
        right one are left out."""
        passages = torch.from_numpy(lesson.passages)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            questions = self.vectors([f"query: {lesson.questions[i]}" for i in rows], QUERY_TOKENS, 24)
        scores = questions @ passages.T / lesson.temperature
        right = torch.zeros(scores.shape, dtype=torch.bool)
        for row, i in enumerate(rows):
            right[row, list(lesson.right[i])] = True
        first = passages[[lesson.right[i][0] for i in rows]]
        scores = scores.masked_fill((first @ passages.T > TWINS) & ~right, -torch.inf)
        share = torch.logsumexp(scores.masked_fill(~right, -torch.inf), 1) - torch.logsumexp(scores, 1)
        return -share.mean()

    def _steps(self, given: Sequence[Lesson]) -> Iterator[tuple[Lesson, list[int]]]:
        for lesson in given:
            for _ in range(lesson.times):
                order = torch.randperm(len(lesson.questions)).tolist()
                for start in range(0, len(order) - BATCH // 2, BATCH):
                    yield lesson, order[start : start + BATCH]


def train_asking(
    base: Path, start: Path | None, given: Sequence[Lesson], into: Path, *, seed: int, processes: int
) -> None:
    """Trains in `processes` processes and writes the adapter to `into`. `base`: the model for passages; `start`: the adapter to
    go on from."""
    together(_one, (base, start, given, into, seed), processes)


def _one(rank: int, world: int, base: Path, start: Path | None, given: Sequence[Lesson], into: Path, seed: int) -> None:
    AskingTrainer(base, start, seed, rank, world).asking_run(given, into)
