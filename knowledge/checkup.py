"""The legal check-up of a firm as data: domains of questions, industries, and what an answer means.

Every domain is one file `checkups/<domain>.yml`; how to write one: docs/checkups.md. Models forbid unknown fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Annotated

from pydantic import Field, model_validator

from knowledge.schema import Key, Line, Slug, Strict

UNKNOWN = "unknown"
UNKNOWN_SHARE = Decimal("0.6")  # not knowing weighs this share of the worst answer: a risk to look into
QUICK_MOST, FULL_MOST, DOMAIN_MOST = 12, 60, 25

QuestionId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=24)]
DomainId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$", max_length=14)]  # both together name an answer
Grade = Annotated[int, Field(ge=1, le=5)]


class Industry(Strict):
    """A line of business common in Longhua."""

    id: Key
    label: Annotated[str, Field(min_length=2, max_length=16)]


class RiskChoice(Strict):
    """`risk` 0 (in order) to 1 (wide open); empty: the question does not apply to who picks it, and does not count."""

    id: Key
    label: Annotated[str, Field(min_length=1, max_length=24)]
    risk: Annotated[Decimal, Field(ge=0, le=1)] | None = None


class RiskQuestion(Strict):
    """One question. With `risk` on its choices it counts and must say why, by which article and what to do first;
    without, it only decides which questions follow (how many people, whether there is a shop online).

    `harm` and `likelihood` are 1..5; `when` as in an interview script; `industries` empty asks everyone;
    `weight` multiplies for an industry. `title` names the weak spot in the report.
    """

    id: QuestionId
    ask: Annotated[str, Field(min_length=4, max_length=80)]
    choices: Annotated[tuple[RiskChoice, ...], Field(min_length=2, max_length=5)]
    when: dict[QuestionId, str | tuple[str, ...]] = Field(default_factory=dict)
    industries: tuple[Key, ...] = ()
    weight: dict[Key, Annotated[Decimal, Field(ge=Decimal("0.5"), le=3)]] = Field(default_factory=dict)
    quick: bool = False
    title: Annotated[str, Field(min_length=2, max_length=24)] | None = None
    harm: Grade | None = None
    likelihood: Grade | None = None
    why: Annotated[str, Field(min_length=6, max_length=160)] | None = None
    statutes: Annotated[tuple[str, ...], Field(max_length=3)] = ()
    first_step: Line | None = None
    within_days: Annotated[int, Field(ge=1, le=30)] | None = None
    faq: Slug | None = None

    @property
    def counts(self) -> bool:
        return any(choice.risk is not None for choice in self.choices)

    @property
    def worst(self) -> Decimal:
        """The risk of its worst answer."""
        return max((choice.risk for choice in self.choices if choice.risk is not None), default=Decimal(0))

    def risk_of(self, answer: str) -> Decimal | None:
        """The risk an answer carries; None when it does not count. Not knowing is a risk to look into."""
        if answer == UNKNOWN:
            return self.worst * UNKNOWN_SHARE if self.counts else None
        return next(choice.risk for choice in self.choices if choice.id == answer)

    def weight_for(self, industry: str) -> Decimal:
        """Harm x likelihood x weight of the industry."""
        return Decimal(self.harm or 0) * Decimal(self.likelihood or 0) * self.weight.get(industry, Decimal(1))

    def asked_in(self, industry: str) -> bool:
        return not self.industries or industry in self.industries

    @model_validator(mode="after")
    def _complete(self) -> RiskQuestion:
        ids = [choice.id for choice in self.choices]
        if len(ids) != len(set(ids)) or UNKNOWN in ids:
            raise ValueError(f"{self.id}: 选项 id 重复，或用了保留的 unknown")
        needed = ("title", "harm", "likelihood", "why", "statutes", "first_step", "within_days")
        missing = [name for name in needed if not getattr(self, name)]
        if self.counts and missing:
            raise ValueError(f"{self.id}: 计分的问题缺少 {'、'.join(missing)}")
        if not self.counts and len(missing) < len(needed):
            raise ValueError(f"{self.id}: 选项都没有 risk，就不要写 {'、'.join(n for n in needed if n not in missing)}")
        risks = [choice.risk for choice in self.choices if choice.risk is not None]
        if self.counts and (risks != sorted(risks) or len(set(risks)) < 2):
            raise ValueError(f"{self.id}: 选项要从好到坏排，至少两档不同的 risk")
        return self


class Domain(Strict):
    """One field of law in the check-up."""

    id: DomainId
    title: Annotated[str, Field(min_length=2, max_length=12)]
    order: Annotated[int, Field(ge=1)]
    about: Line
    version: Annotated[int, Field(ge=1)] = 1
    questions: Annotated[tuple[RiskQuestion, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _branches_fit(self) -> Domain:
        seen: dict[str, RiskQuestion] = {}
        for question in self.questions:
            if question.id in seen:
                raise ValueError(f"问题 id 重复：{question.id}")
            for parent, wanted in accepted(question).items():
                if parent not in seen:
                    raise ValueError(f"{question.id} 的 when 指向不存在（或在后面）的问题 {parent}")
                _check_condition(question, seen[parent], wanted)
                if not question.counts and seen[parent].counts:
                    raise ValueError(
                        f"{question.id} 不计分，when 就只能指向不计分的问题，不能指向 {parent}：否则答得更差反而可能少算一处风险"
                    )
            seen[question.id] = question
        return self

    def for_industry(self, industry: str, *, quick: bool = False) -> tuple[RiskQuestion, ...]:
        """The questions that may come up for a firm of this industry, branches still open."""
        return tuple(q for q in self.questions if q.asked_in(industry) and (q.quick or not quick))


def accepted(question: RiskQuestion) -> dict[str, tuple[str, ...]]:
    """Its conditions, each with all accepted answers."""
    return {parent: (wanted,) if isinstance(wanted, str) else wanted for parent, wanted in question.when.items()}


def _check_condition(question: RiskQuestion, parent: RiskQuestion, wanted: tuple[str, ...]) -> None:
    """A condition on a question that counts must accept its good end or its bad end, not a middle: otherwise a worse
    answer could close a bad follow-up and raise the score (docs/checkups.md)."""
    where = f"{question.id} 的 when（{parent.id}）"
    known = {choice.id for choice in parent.choices} | {UNKNOWN}
    if not known.issuperset(wanted):
        raise ValueError(f"{where}：没有选项 {'、'.join(set(wanted) - known)}")
    if set(parent.industries) and not set(parent.industries).issuperset(question.industries or {"*"}):
        raise ValueError(f"{where}：{parent.id} 只问部分行业，这一问的 industries 要在其中")
    if question.quick and not parent.quick:
        raise ValueError(f"{where}：快速版里有这一问，{parent.id} 也要标 quick")
    if not parent.counts:
        return
    counted = {a: r for a in known if (r := parent.risk_of(a)) is not None}
    inside = [risk for answer, risk in counted.items() if answer in wanted]
    outside = [risk for answer, risk in counted.items() if answer not in wanted]
    if inside and outside and not (max(inside) < min(outside) or min(inside) > max(outside)):
        raise ValueError(
            f"{where}：只能接在好的一头或坏的一头。按风险从低到高是"
            f" {'、'.join(sorted(counted, key=lambda a: counted[a]))}，请取开头或结尾连续的几个"
        )


def longest(questions: tuple[RiskQuestion, ...]) -> int:
    """The most questions any answers lead to: every combination of the answers that branches hang on is tried."""
    return max(sum(1 for _ in _asked(questions, answers)) for answers in _ways(questions))


def never_asked(questions: tuple[RiskQuestion, ...]) -> list[str]:
    """Ids of questions no answers lead to: their conditions contradict each other."""
    met = {question.id for answers in _ways(questions) for question in _asked(questions, answers)}
    return [question.id for question in questions if question.id not in met]


def _ways(questions: tuple[RiskQuestion, ...]) -> Iterator[dict[str, str]]:
    parents = {parent for question in questions for parent in question.when}
    by_id = {question.id: question for question in questions}
    options = [[(id_, c.id) for c in by_id[id_].choices] + [(id_, UNKNOWN)] for id_ in sorted(parents & by_id.keys())]
    return map(dict, product(*options))


def _asked(questions: tuple[RiskQuestion, ...], answers: Mapping[str, str]) -> Iterator[RiskQuestion]:
    open_ids: set[str] = set()
    for question in questions:
        if all(parent in open_ids and answers[parent] in wanted for parent, wanted in accepted(question).items()):
            open_ids.add(question.id)
            yield question
