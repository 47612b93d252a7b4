"""The calculators' interviews as data (`scripts/*.yml`): what is asked, and how a value said in passing is recognised.

A question's id is the input it fills. `demanded` ones are asked only when the calculation says it needs them.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError, model_validator

from knowledge import fast_yaml
from knowledge.calculators import CALCULATORS
from knowledge.schema import Choice, Question, Slug, Strict

FOLDER = Path(__file__).with_name("scripts")
PREFIX = "calc:"


class ScriptError(ValueError):
    """A script cannot be used; the message names file and mistake."""


class HeardChoice(Choice):
    heard: tuple[str, ...] = ()  # patterns that mean this choice


class HeardQuestion(Question):
    """`heard`: patterns with {n} a number (of money in an amount), {d} a day, {y} a length of time, as people say them.
    `implies`: hearing it also answers the question that opens its branch. `many`: several days may be said."""

    choices: tuple[HeardChoice, ...] = ()
    heard: tuple[str, ...] = ()
    demanded: bool = False
    implies: bool = False
    many: bool = False


class CalculatorScript(Strict):
    """`guide`: the interview that helps on after the sum is known."""

    calculator: str
    intent: Annotated[str, Field(pattern=r"^calc_[a-z_]+$")] | None = None
    version: Annotated[int, Field(ge=1)] = 1
    guide: Slug | None = None
    questions: Annotated[tuple[HeardQuestion, ...], Field(min_length=1, max_length=25)]

    @property
    def id(self) -> str:
        return f"{PREFIX}{self.calculator}"

    @model_validator(mode="after")
    def _fills_the_inputs(self) -> CalculatorScript:
        if self.calculator not in CALCULATORS:
            raise ValueError(f"没有这个计算器：{self.calculator}")
        fields = CALCULATORS[self.calculator].inputs.model_fields
        asked = [question.id for question in self.questions]
        if len(asked) != len(set(asked)):
            raise ValueError("问题 id 重复")
        for number, question in enumerate(self.questions):
            if question.id not in fields:
                raise ValueError(f"计算器没有 {question.id} 这个输入")
            if unknown := set(question.when) - set(asked[:number]):
                raise ValueError(f"{question.id} 的 when 指向不存在（或在后面）的问题 {sorted(unknown)}")
        left_out = {name for name, field in fields.items() if field.is_required()} - set(asked)
        if left_out:
            raise ValueError(f"必填的没有问到：{sorted(left_out)}")
        return self


@lru_cache(maxsize=1)
def load_scripts() -> dict[str, CalculatorScript]:
    """By script id (`calc:severance`). Raises ScriptError naming the file."""
    scripts: dict[str, CalculatorScript] = {}
    for path in sorted(FOLDER.glob("*.yml")):
        try:
            script = CalculatorScript.model_validate(_words(fast_yaml.load(path.read_text("utf-8"))))
        except (ValidationError, yaml.YAMLError) as error:
            raise ScriptError(f"{path}：{error}") from error
        scripts[script.id] = script
    return scripts


def _words(node: object) -> object:
    """YAML 1.1 takes yes and no for booleans; as ids of choices they are words."""
    if isinstance(node, bool):
        return "yes" if node else "no"
    if isinstance(node, list):
        return [_words(item) for item in node]
    if isinstance(node, dict):
        return {key: value if key in ("demanded", "implies", "many") else _words(value) for key, value in node.items()}
    return node
