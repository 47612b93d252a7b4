"""What the adapter learns from: questions, the passages that answer them, and passages that only look as if they did."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.search.engine import SearchEngine, document, passage
from knowledge.search.lay_questions import LayQuestion
from knowledge.search.sparse import tokens

MINED = 40  # near misses kept per question and way of searching


@dataclass(frozen=True)
class Task:
    """A question, the passages that answer it and mined ones that do not, as keys of `texts`."""

    question: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    texts: Mapping[str, str] = field(repr=False, hash=False, compare=False)


def lay_tasks(engine: SearchEngine, questions: Sequence[LayQuestion]) -> list[Task]:
    """Question -> the articles a lawyer named."""
    texts = _article_texts(engine)
    asked = [(q.text, tuple(sorted(key for key in q.named if engine.has(key)))) for q in questions]
    return [Task(text, right, _near_misses(engine, text, right), texts) for text, right in asked if right]


def wording_tasks(engine: SearchEngine) -> tuple[list[Task], list[Task]]:
    """Wording -> the articles its FAQ cites; wording -> what its FAQ says."""
    articles = _article_texts(engine)
    documents = {id_: document(faq) for id_, faq in engine.content.faqs.items()}
    citing, saying = [], []
    for _, (owner, text) in engine.wordings():
        if owner not in engine.content.faqs:
            continue
        right = tuple(key for key in engine.cited(owner) if engine.has(key))
        if right:
            citing.append(Task(text, right, _near_misses(engine, text, right), articles))
        found = engine.faqs.search(engine.query_vector(text), tokens(text), MINED)
        related = {owner, *engine.content.faqs[owner].related}
        saying.append(Task(text, (owner,), tuple(h.id for h in found if h.id not in related), documents))
    return citing, saying


def _article_texts(engine: SearchEngine) -> dict[str, str]:
    return {article.key: passage(article) for article in engine.articles()}


def _near_misses(engine: SearchEngine, text: str, right: Sequence[str]) -> tuple[str, ...]:
    dense, sparse = engine.candidates(text, MINED)
    return tuple(key for key in dict.fromkeys([*dense, *sparse]) if key not in right)


def batches(tasks: Sequence[Task], size: int, seed: int) -> Iterator[list[tuple[Task, str, str]]]:
    """Shuffled batches of (task, one right key, one wrong key), a new choice for every seed."""
    chance = random.Random(seed)  # noqa: S311  nothing secret
    order = list(tasks)
    chance.shuffle(order)
    for start in range(0, len(order) - size // 2, size):
        yield [(task, chance.choice(task.right), chance.choice(task.wrong)) for task in order[start : start + size]]
