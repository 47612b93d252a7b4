"""What a document template is. Its lines are filled with the answers alone; what was not answered stays a blank to fill."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from jinja2 import TemplateError, meta
from jinja2.sandbox import SandboxedEnvironment
from pydantic import Field, model_validator

from knowledge.schema import Conclusion, Key, Line, Question, Strict, check_when

PREFIX = "doc:"
FILTERS = ("money", "date")
MOST_YUAN = Decimal(10) ** 12


class DocumentQuestion(Question):
    """`known_from`: answers of earlier interviews of the same person that answer this too, as `script id/question id`.
    `needed`: without it the paper is not complete, and the person is told what to write in. `ahead`: a day that may lie in
    the future; other days are things that happened."""

    known_from: tuple[str, ...] = ()
    needed: bool = True
    ahead: bool = False

    @property
    def most(self) -> Decimal | None:
        return self.max or (MOST_YUAN if self.type == "amount" else None)


class Section(Strict):
    """Lines under a heading, shown when the answers fit `when` (see `Question.when`). A line is a Jinja template over the
    answers: `{{ name }}`, `{{ amount | money }}`, `{{ started | date }}`; one whose `only` was not answered is left out."""

    heading: str | None = None
    when: dict[Key, str | tuple[str, ...]] = Field(default_factory=dict)
    only: Key | None = None
    numbered: bool = False
    lines: Annotated[tuple[str, ...], Field(min_length=1)]


class DocumentTemplate(Strict):
    """`asked`: how it shows in people's words that they want this one. `signed`: what is printed above the signature;
    `checks`: what to look at before handing it in. `to`: whom it addresses, a line like the others. `in_order`: pairs of days,
    the second not before the first."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
    title: Annotated[str, Field(min_length=2, max_length=30)]
    about: Conclusion
    asked: Annotated[tuple[re.Pattern[str], ...], Field(min_length=1)]
    version: Annotated[int, Field(ge=1)] = 1
    order: int = 50
    in_order: tuple[tuple[Key, Key], ...] = ()
    questions: Annotated[tuple[DocumentQuestion, ...], Field(min_length=2, max_length=25)]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    to: str | None = None
    signed: tuple[str, ...] = ()
    checks: Annotated[tuple[Line, ...], Field(min_length=1, max_length=6)]
    statutes: Annotated[tuple[str, ...], Field(max_length=5)] = ()
    where: tuple[Line, ...] = ()

    @property
    def script_id(self) -> str:
        return f"{PREFIX}{self.id}"

    @property
    def lines(self) -> list[str]:
        """Every template line."""
        own = [line for section in self.sections for line in section.lines]
        return [*own, *self.signed, *([self.to] if self.to else [])]

    @model_validator(mode="after")
    def _hangs_together(self) -> DocumentTemplate:
        seen: dict[str, set[str]] = {}
        for question in self.questions:
            if question.id in seen:
                raise ValueError(f"问题 id 重复：{question.id}")
            check_when(question.when, seen, f"问题 {question.id}")
            seen[question.id] = {c.id for c in question.choices} | {"unknown"}
        for number, section in enumerate(self.sections, 1):
            check_when(section.when, seen, f"第 {number} 段")
            if section.only and section.only not in seen:
                raise ValueError(f"第 {number} 段的 only 指向不存在的问题 {section.only}")
        days = {question.id for question in self.questions if question.type == "date"}
        if not {id_ for pair in self.in_order for id_ in pair} <= days:
            raise ValueError("in_order 只能写日期问题的 id")
        environment = SandboxedEnvironment()
        environment.filters.update(dict.fromkeys(FILTERS, str))
        used: set[str] = set()
        for line in self.lines:
            try:
                used |= meta.find_undeclared_variables(environment.parse(line))
            except TemplateError as error:
                raise ValueError(f"这一行模板写错了：“{line}”（{error}）") from error
        unknown = sorted(used - seen.keys() - {"today"})
        if unknown:
            raise ValueError(f"模板用了没有问过的：{'、'.join(unknown)}")
        shown = used | {q for s in self.sections for q in (*s.when, *([s.only] if s.only else []))}
        shown |= {q for question in self.questions for q in question.when}
        idle = sorted(seen.keys() - shown)
        if idle:
            raise ValueError(f"问了却没有用上：{'、'.join(idle)}")
        return self
