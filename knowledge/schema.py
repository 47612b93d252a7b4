"""What a piece of content is: FAQ, guide, interview script, referenced rule.

Content lives in YAML beside this file and is written by people; every model forbids
unknown fields, so that a misspelt key is an error with a name and not a silent loss.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$", max_length=80)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Line = Annotated[str, Field(min_length=2, max_length=160)]
Conclusion = Annotated[str, Field(min_length=6, max_length=120)]
Audience = Literal["resident", "enterprise", "both"]
# A field added later is left out of the dump until it is used: the hash of what readers have read stays what it was.
UNSET = Field(exclude_if=lambda value: not value)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Review(Strict):
    """Who wrote an entry, who read it against the law, when, and what lay before them.

    `content` is the sha256 of the entry as read, `articles` maps canonical references (民法典第五百七十七条) to the sha256
    of the text read. A different hash today means: edited since, or the law changed under it. Kept in `reviews/<topic>.yml`.
    """

    author: str
    reader: str
    on: date
    content: str
    articles: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _two_people(self) -> Review:
        if self.author == self.reader:
            raise ValueError("author 与 reader 不能是同一人")
        return self


class Advice(Strict):
    """The parts of an answer that FAQ, guide and outcome share."""

    steps: tuple[Line, ...] = ()
    evidence: tuple[Line, ...] = ()
    statutes: tuple[str, ...] = ()
    deadline: Line | None = None
    where: tuple[Line, ...] = ()
    lawyer_when: tuple[Line, ...] = ()


class Faq(Advice):
    """One question people have, and the answer the law gives it."""

    id: Slug
    question: Annotated[str, Field(min_length=4, max_length=60)]
    variants: Annotated[tuple[str, ...], Field(min_length=8)]
    audience: Audience = "resident"
    topic: Key
    conclusion: Conclusion
    steps: Annotated[tuple[Line, ...], Field(min_length=1, max_length=8)]
    statutes: Annotated[tuple[str, ...], Field(min_length=1, max_length=5)]
    guide: Slug | None = None
    related: tuple[Slug, ...] = ()


class Choice(Strict):
    """`fact` is how the choice reads back to the person: "没签书面合同"."""

    id: Key
    label: Annotated[str, Field(min_length=1, max_length=24)]
    fact: str = ""


class Question(Strict):
    """One step of an interview. `when` shows it only if earlier answers match (see `Outcome.when`)."""

    id: Key
    ask: Annotated[str, Field(min_length=4, max_length=80)]
    why: str = ""
    # rate: per cent a year, also said by the month (月息2分); years: a length of time in years (四年八个月)
    type: Literal["choice", "amount", "number", "date", "text", "rate", "years"] = "choice"
    choices: tuple[Choice, ...] = ()
    fact: str = ""  # for typed questions, with {value}: "欠薪{value}元"
    optional: bool = True
    min: Decimal | None = None
    max: Decimal | None = None
    when: dict[Key, str | tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _choices_fit_type(self) -> Question:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError(f"{self.id}: choice 类型必须有 choices，其他类型不能有")
        ids = [c.id for c in self.choices]
        if len(ids) != len(set(ids)):
            raise ValueError(f"{self.id}: 选项 id 重复")
        return self


class Outcome(Advice):
    """What the answers change. Every outcome whose `when` matches applies, in order.

    `when` maps a question id to one choice id or a list of them; all must match; {} always matches.
    The first applying outcome with a conclusion gives the result its headline; lists add up.
    `rates`: figures of the calculators that must be known on the day, or missing, for it to apply: what staff have not
    confirmed changes what can be said. `hand_on`: a lawyer is one tap away, `now` where time is nearly up. `calculator`: a sum
    to go on with.
    """

    when: dict[Key, str | tuple[str, ...]] = Field(default_factory=dict)
    rates: Annotated[dict[Key, Literal["known", "missing"]], UNSET] = Field(default_factory=dict)
    conclusion: Conclusion | None = None
    hand_on: Annotated[Literal["now", "offer"] | None, UNSET] = None
    calculator: Annotated[str | None, UNSET] = None


class Script(Strict):
    """An interview as data: asked one at a time, then turned into something specific.

    `version` grows when questions change, so that answers of an older version are not misread.
    """

    version: Annotated[int, Field(ge=1)] = 1
    questions: Annotated[tuple[Question, ...], Field(min_length=2, max_length=25)]
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _branches_exist(self) -> Script:
        seen: dict[str, set[str]] = {}
        for question in self.questions:
            check_when(question.when, seen, f"问题 {question.id}")
            if question.id in seen:
                raise ValueError(f"问题 id 重复：{question.id}")
            seen[question.id] = {c.id for c in question.choices} | {"unknown"}
        for number, outcome in enumerate(self.outcomes, 1):
            check_when(outcome.when, seen, f"第 {number} 个 outcome")
        return self


def check_when(when: dict[str, str | tuple[str, ...]], seen: dict[str, set[str]], where: str) -> None:
    for question, wanted in when.items():
        if question not in seen:
            raise ValueError(f"{where} 的 when 指向不存在（或在后面）的问题 {question}")
        for choice in (wanted,) if isinstance(wanted, str) else wanted:
            if choice not in seen[question]:
                raise ValueError(f"{where} 的 when：问题 {question} 没有选项 {choice}")


class Guide(Advice):
    """A whole problem area, with the facts that decide it. Serves when no single FAQ fits. `printable`: its result can be
    taken along on paper."""

    id: Annotated[str, Field(pattern=r"^guide\.[a-z0-9.-]+$")]
    title: Annotated[str, Field(min_length=4, max_length=40)]
    variants: Annotated[tuple[str, ...], Field(min_length=8)]
    audience: Audience = "resident"
    topic: Key
    conclusion: Conclusion
    steps: Annotated[tuple[Line, ...], Field(min_length=2, max_length=10)]
    statutes: Annotated[tuple[str, ...], Field(min_length=1, max_length=5)]
    printable: Annotated[bool, UNSET] = False
    checklist: Script


class ReferencedArticle(Strict):
    """An article of a rule whose text is not in the book, as a reviewer read it."""

    number: Annotated[int, Field(ge=1)]
    gist: Annotated[str, Field(min_length=4, max_length=120)]
    sha256: str | None = None


class Reference(Strict):
    """A judicial interpretation, State Council or local rule that may be referenced, not quoted.

    `source` is where the text was read (file name in the law collection or official site).
    """

    name: str
    aliases: tuple[str, ...] = ()
    number: str
    issuer: str
    effective: date
    until: date | None = None
    source: str
    read_on: date
    articles: tuple[ReferencedArticle, ...]


class Topic(Strict):
    """A topic of the content tree and what the person sees of it."""

    id: Key
    label: str
    audience: Audience = "both"
