"""What a question of the quiz is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from knowledge.schema import Key, Strict

Level = Literal["easy", "medium", "hard"]
LEVELS: dict[Level, str] = {"easy": "入门", "medium": "常用", "hard": "进阶"}
"""In the order people climb them, and how they are called."""
QUESTION_ID = r"^quiz\.[a-z][a-z0-9_-]*\.\d{3}$"

Option = Annotated[str, Field(min_length=1, max_length=60)]


class QuizQuestion(Strict):
    """A small situation of life. `answer` is the index of the one right option as written; pages show the options in an
    order of their own. `explanation` says why, by `citations` (written as in a FAQ's `statutes`)."""

    id: Annotated[str, Field(pattern=QUESTION_ID)]
    topic: Key
    level: Level
    question: Annotated[str, Field(min_length=10, max_length=120)]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=4)]
    answer: Annotated[int, Field(ge=0)]
    explanation: Annotated[str, Field(min_length=30, max_length=120)]
    citations: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]

    @property
    def right(self) -> str:
        return self.options[self.answer]

    @model_validator(mode="after")
    def _one_answer(self) -> QuizQuestion:
        if self.answer >= len(self.options):
            raise ValueError(f"answer 从 0 数起，这一题最大是 {len(self.options) - 1}")
        if len(set(self.options)) != len(self.options):
            raise ValueError("有两个选项一样")
        if not self.id.startswith(f"quiz.{self.topic}."):
            raise ValueError(f"id 要以 quiz.{self.topic}. 开头")
        return self
