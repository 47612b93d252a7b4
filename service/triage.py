"""Triage: which matters go to a lawyer, and why. The rules are data (`triage.yml`); each finding says which rule, how urgent,
and the message it was read from. Pure functions: the day is given, the clock of a legal deadline is computed by
`knowledge.calculators.deadline`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge.calculators.core import CalculationError
from knowledge.calculators.dates import weekday
from knowledge.calculators.deadline import CALCULATOR as DEADLINE
from knowledge.calculators.rates import load_rates
from service import danger, said

Urgency = Literal["now", "soon", "offer"]
Measure = Literal["words", "danger", "deadline", "amount", "people", "failures", "dissatisfied", "wish", "told"]
URGENCIES: dict[Urgency, str] = {"now": "马上转", "soon": "建议转", "offer": "可以转"}
HEARING = "hearing"
_CLAUSE = re.compile(r"[，。；;！!？?\n]+")
_JUST_NOW = re.compile(r"刚刚?(才)?(收到|拿到|签收|下来)")


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    patterns: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()

    def hears(self, plain: str) -> re.Match[str] | None:
        found = next(filter(None, (p.search(plain) for p in self.patterns)), None)
        return None if any(p.search(plain) for p in self.unless) else found


class Rule(Row):
    id: str
    measure: Measure
    urgency: Urgency
    reason: str
    at_least: int | None = None

    @model_validator(mode="after")
    def _fits(self) -> Rule:
        if (self.measure in ("amount", "people", "failures")) != (self.at_least is not None):
            raise ValueError(f"{self.id}: at_least 只用于、也必须用于 amount、people、failures")
        return self


class Term(Row):
    """A deadline to listen for; `kind` as in the calculator, or `hearing`."""

    kind: str
    at_most: int
    undated: str | None = None


class Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[Rule, ...]
    deadlines: tuple[Term, ...]


class Said(BaseModel):
    """Something the person said: `on` is the day of the message."""

    model_config = ConfigDict(frozen=True)

    message_id: str
    text: str
    on: date


class Due(BaseModel):
    """A legal deadline as computed from what was said. `start_on` None: the day is not known, nor is `last_day`."""

    kind: str
    title: str
    start_on: date | None = None
    last_day: date | None = None
    left: int | None = None
    words: str
    articles: tuple[str, ...] = ()
    message_id: str


class Finding(BaseModel):
    """Why a matter should go to a lawyer. `message_id` None: not read from one message (answers that failed)."""

    rule: str
    title: str
    urgency: Urgency
    reason: str
    message_id: str | None = None
    due: Due | None = None


class Signals(BaseModel):
    """What is known beside the words: answers that failed in a row, "没用" pressed, a lawyer asked for, and what an intake
    was told (largest amount, people). `told`: what was answered in a guide whose result says that a lawyer must see it now."""

    failures: int = 0
    dissatisfied: bool = False
    wish: bool = False
    amount: Decimal | None = None
    people: int | None = None
    told: str = ""
    sources: dict[str, str] = Field(default_factory=dict)  # measure -> message id


@lru_cache(maxsize=1)
def rules() -> Rules:
    return Rules.model_validate(yaml.safe_load(Path(__file__).with_name("triage.yml").read_text("utf-8")))


def triage(
    words: Sequence[Said], today: date, signals: Signals | None = None, told: Sequence[Due] = ()
) -> list[Finding]:
    """The findings, in the order of the rules; one a rule, but each deadline of its own. `told`: deadlines that an intake
    asked for; they count before those heard in passing."""
    signals = signals or Signals()
    findings: list[Finding] = []
    dues = {due.kind: due for due in [*deadlines(words, today), *told]}
    for rule in rules().rules:
        if rule.measure == "deadline":
            findings += [
                Finding(rule=rule.id, title=rule.title, urgency="soon" if due.left is None or due.left < 0 else "now",
                        reason=due.words, message_id=due.message_id, due=due)
                for due in dues.values()
                if is_near(due)
            ]  # fmt: skip
            continue
        found = _measured(rule, words, signals)
        if found:
            value, source = found
            reason = rule.reason.replace("{value}", value)
            findings.append(
                Finding(rule=rule.id, title=rule.title, urgency=rule.urgency, reason=reason, message_id=source)
            )
    return findings


def wants_lawyer(text: str) -> bool:
    """Whether the person asks for a lawyer in so many words."""
    rule = next(rule for rule in rules().rules if rule.measure == "wish")
    return rule.hears(_plain(text)) is not None


def most_urgent(findings: Sequence[Finding]) -> Urgency | None:
    """None when nothing was found."""
    order: list[Urgency] = list(URGENCIES)
    return min((f.urgency for f in findings), key=order.index, default=None)


def deadlines(words: Sequence[Said], today: date) -> list[Due]:
    """Deadlines heard that are near or over, or whose day must be asked for; of each kind the newest mention."""
    found: dict[str, Due] = {}
    for each in words:
        for term in rules().deadlines:
            due = _due(term, each, today)
            if due:
                found[term.kind] = due
    return list(found.values())


def is_near(due: Due) -> bool:
    """Whether a deadline is near or over, or its day not known."""
    term = next(term for term in rules().deadlines if term.kind == due.kind)
    return due.left is None or due.left <= term.at_most


def due_on(kind: str, start_on: date, today: date, message_id: str) -> Due:
    """The clock of one deadline. Raises KeyError for an unknown kind, CalculationError for impossible days."""
    term = next(term for term in rules().deadlines if term.kind == kind)
    if kind == HEARING:
        left = (start_on - today).days
        words = f"{start_on.isoformat()}（{weekday(start_on)}）开庭" + (
            f"，还有 {left} 天" if left >= 0 else "，已经过了"
        )
        return Due(kind=kind, title=term.title, start_on=start_on, last_day=start_on, left=left, words=words,
                   message_id=message_id)  # fmt: skip
    result = DEADLINE.run({"kind": kind, "start_on": start_on}, load_rates(), today)
    last = date.fromisoformat((result.deadline or "")[:10])
    left = (last - today).days
    rest = f"还有 {left} 天" if left >= 0 else "按这个日期已经过了，有没有中断、中止要请律师看"
    words = f"{term.title}：从您说的 {start_on.isoformat()} 算，最后一天 {last.isoformat()}（{weekday(last)}），{rest}"
    return Due(kind=kind, title=term.title, start_on=start_on, last_day=last, left=left, words=words,
               articles=result.articles, message_id=message_id)  # fmt: skip


def _due(term: Term, each: Said, today: date) -> Due | None:
    clauses = _CLAUSE.split(_plain(each.text))
    heard = [(n, clause) for n, clause in enumerate(clauses) if term.hears(clause)]
    if not heard:
        return None
    for number, clause in heard:
        near = [clause, *clauses[max(0, number - 1) : number], *clauses[number + 1 : number + 2]]
        for place in near:
            day = said.ahead(place, each.on) if term.kind == HEARING else _start(place, each.on)
            if day is None:
                continue
            try:
                due = due_on(term.kind, day, today, each.message_id)
            except CalculationError:
                continue
            return due if is_near(due) else None
    if term.undated is None:
        return None
    return Due(kind=term.kind, title=term.title, words=term.undated, message_id=each.message_id)


def _start(clause: str, on: date) -> date | None:
    return said.day_said(clause, on) or (on if _JUST_NOW.search(clause) else None)


def _measured(rule: Rule, words: Sequence[Said], signals: Signals) -> tuple[str, str | None] | None:
    """The value that made the rule true, as people read it, and the message it came from."""
    source = signals.sources.get(rule.measure)
    if rule.measure == "failures":
        return (str(signals.failures), None) if signals.failures >= (rule.at_least or 0) else None
    if rule.measure == "told":
        return (signals.told, source) if signals.told else None
    if rule.measure in ("dissatisfied", "wish") and getattr(signals, rule.measure):
        return "", source
    if rule.measure in ("words", "dissatisfied", "wish"):
        heard = [each for each in words if rule.hears(_plain(each.text))]
        return ("", heard[-1].message_id) if heard else None
    if rule.measure == "danger":
        kinds = [(kind, each.message_id) for each in words if (kind := danger.detect(each.text))]
        return (danger.dangers()[kinds[-1][0]].title, kinds[-1][1]) if kinds else None
    told = signals.amount if rule.measure == "amount" else signals.people
    sums = [(Decimal(told), source)] if told is not None else []
    for each in words:
        counted = said.amounts(each.text) if rule.measure == "amount" else [said.people(each.text) or 0]
        sums += [(Decimal(value), each.message_id) for value in counted]
    value, where = max(sums, key=lambda pair: pair[0], default=(Decimal(0), None))
    return (f"{value.normalize():f}", where) if value >= (rule.at_least or 0) else None


def _plain(text: str) -> str:
    return re.sub(r"[ \t\u3000]+", "", unicodedata.normalize("NFKC", text))[:2000]
