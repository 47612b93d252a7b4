"""A round of the quiz: which questions are left, how it went so far. On every channel the same; the state travels with the
choices of a card or in a signed field of the page, and nothing about anybody is kept on our side."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from knowledge.quiz import LEVELS, Bank, QuizQuestion

LONGEST = 10  # questions of a round
_PREFIX = "quiz."


@dataclass(frozen=True)
class Round:
    """`left`: ids still to answer, the first is asked now; `best`: the longest run of right answers."""

    left: tuple[str, ...]
    asked: int = 0
    right: int = 0
    streak: int = 0
    best: int = 0
    wrong: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.asked + len(self.left)

    @property
    def over(self) -> bool:
        return not self.left

    def answered(self, question: QuizQuestion, option: int) -> Round:
        """The round after this answer to the question asked now."""
        right = option == question.answer
        streak = self.streak + 1 if right else 0
        return replace(
            self,
            left=self.left[1:],
            asked=self.asked + 1,
            right=self.right + right,
            streak=streak,
            best=max(self.best, streak),
            wrong=self.wrong if right else (*self.wrong, question.id),
        )

    def write(self) -> str:
        """As short text; `read` takes it back."""
        numbers = {"a": self.asked, "r": self.right, "s": self.streak, "b": self.best}
        return urlencode({"l": _short(self.left), "w": _short(self.wrong), **numbers}, safe=",.-_")

    @classmethod
    def read(cls, text: str, bank: Bank) -> Round | None:
        """The round a text holds; None when it is none of ours, or its questions are gone."""
        fields = {name: values[0] for name, values in parse_qs(text).items()}
        try:
            asked, right, streak, best = (int(fields[name]) for name in "arsb")
        except (KeyError, ValueError):
            return None
        left, wrong = _long(fields.get("l", "")), _long(fields.get("w", ""))
        known = bank.keys() >= {*left, *wrong} and len(left) <= LONGEST and asked + len(left) <= LONGEST
        fits = 0 <= streak <= best <= right <= asked and len(wrong) == asked - right
        return cls(left, asked, right, streak, best, wrong) if known and fits else None


def start(bank: Bank, seed: str, *, topic: str = "", level: str = "") -> Round | None:
    """A fresh round of at most ten, the same for the same seed; None when there is no such question."""
    fitting = [q for q in bank.values() if topic in ("", q.topic) and level in ("", q.level)]
    if not fitting:
        return None
    drawn = random.Random(seed).sample(fitting, min(LONGEST, len(fitting)))  # noqa: S311 a game
    order = list(LEVELS)
    return Round(tuple(q.id for q in sorted(drawn, key=lambda q: order.index(q.level))))


def again(bank: Bank, ids: Iterable[str]) -> Round | None:
    """A round of questions answered wrong before; None when none of them is left."""
    known = tuple(dict.fromkeys(id_ for id_ in ids if id_ in bank))[:LONGEST]
    return Round(known) if known else None


def shown(question: QuizQuestion) -> list[tuple[int, str]]:
    """Its options as (index as written, text) in the order they are shown: always the same for one question."""
    options = list(enumerate(question.options))
    random.Random(question.id).shuffle(options)  # noqa: S311 a game
    return options


def praise(done: Round) -> str:
    """One honest line about a finished round."""
    share = done.right / done.total if done.total else 0
    if share == 1:
        return "全答对了。把这些常识也讲给家里人听听。"
    if share >= 0.7:
        return "大多数都懂。错的那几题，看一眼条文就记住了。"
    return "答错也没关系，每一题都写着为什么、是哪一条。"


def _short(ids: Iterable[str]) -> str:
    return ",".join(id_.removeprefix(_PREFIX) for id_ in ids)


def _long(text: str) -> tuple[str, ...]:
    return tuple(_PREFIX + part for part in text.split(",") if part)
