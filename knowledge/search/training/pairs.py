"""What the adapter learns from: questions, the passages that answer them, and passages that only look as if they did."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.search.asked import ANSWERS, load_asked
from knowledge.search.engine import SearchEngine
from knowledge.search.lay_questions import LayQuestion
from knowledge.search.passages import document, passage
from knowledge.search.wordings import kept_apart, number_of

CITING = 3
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


@dataclass(frozen=True)
class Asked:
    """Wordings of FAQs, and all that FAQs say: wording i belongs to document `owners[i]`."""

    wordings: Sequence[str]
    owners: Sequence[int]
    documents: Sequence[str] = field(repr=False)


@dataclass(frozen=True)
class Lessons:
    """Everything learned in one run: tasks about articles and how many times each list is gone through, wordings and how many
    times they are. Batches of all of them are mixed."""

    citing: Sequence[tuple[Sequence[Task], int]]
    asked: Asked
    asked_times: int

    def told(self) -> dict[str, object]:
        """How many, how often, and a hash of all wordings and documents: what was learned from, without saying it."""
        said = json.dumps([*self.asked.wordings, *self.asked.documents], ensure_ascii=False)
        return {
            "citing": [[len(tasks), times] for tasks, times in self.citing],
            "wordings": [len(self.asked.wordings), self.asked_times],
            "content_sha256": hashlib.sha256(said.encode()).hexdigest(),
        }


def taught(engine: SearchEngine) -> list[tuple[str, str]]:
    """Questions and the FAQ that answers each: all wordings the encoder may learn from, and the questions written for it to
    learn from (`knowledge/asked/answers/`)."""
    faqs = engine.content.faqs
    wordings = [(text, owner) for key, (owner, text) in engine.wordings() if owner in faqs and not kept_apart(key)]
    return wordings + [(text, id_) for id_, texts in load_asked(ANSWERS).items() if id_ in faqs for text in texts]


def asked(engine: SearchEngine) -> Asked:
    """All that is taught about FAQs."""
    at = {id_: number for number, id_ in enumerate(engine.content.faqs)}
    questions = taught(engine)
    documents = [document(faq) for faq in engine.content.faqs.values()]
    return Asked([text for text, _ in questions], [at[owner] for _, owner in questions], documents)


def citing_tasks(engine: SearchEngine) -> list[Task]:
    """Wording -> the articles its FAQ cites. One wording in three: the others have the same articles, and such a step costs three
    times one of those about FAQs."""
    articles, tasks = _article_texts(engine), []
    for key, (owner, text) in engine.wordings():
        if owner in engine.content.faqs and number_of(key) % CITING == 0 and not kept_apart(key):
            right = tuple(cited for cited in engine.cited(owner) if engine.has(cited))
            if right:
                tasks.append(Task(text, right, _near_misses(engine, text, right), articles))
    return tasks


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
