"""What the answers of a check-up come to: a score by domain, the risks in order, what was not asked. Pure functions.

Score = 100 x (1 - weighted mean risk), weight = harm x likelihood x industry. A worse answer never raises it: a question
closed because an earlier answer was bad counts as the worst, closed because it was good as none (docs/checkups.md).
Answers are keyed `<domain>__<question>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from knowledge.checkup import UNKNOWN, Domain, RiskQuestion, accepted

Answers = Mapping[str, str]
NONE, WORST = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Risk:
    """A weak spot an answer shows; `severity` = weight x risk. `answer` is the choice picked, or unknown."""

    domain: Domain
    question: RiskQuestion
    answer: str
    risk: Decimal
    severity: Decimal

    @property
    def key(self) -> str:
        return answer_key(self.domain, self.question)

    @property
    def unknown(self) -> bool:
        return self.answer == UNKNOWN


@dataclass(frozen=True)
class DomainResult:
    """`score` is None when nothing that counts was answered."""

    domain: Domain
    score: int | None
    answered: int
    not_asked: tuple[RiskQuestion, ...]


@dataclass(frozen=True)
class Assessment:
    score: int | None
    domains: tuple[DomainResult, ...]
    risks: tuple[Risk, ...]


def answer_key(domain: Domain, question: RiskQuestion) -> str:
    return f"{domain.id}__{question.id}"


def assess(domains: Iterable[Domain], answers: Answers, industry: str) -> Assessment:
    """The whole picture; what belongs to another industry is left out."""
    results, risks, everything = [], [], []
    for domain in domains:
        counted, found, missing = _domain(domain, answers, industry)
        answered = sum(1 for q in domain.for_industry(industry) if q.counts and answer_key(domain, q) in answers)
        results.append(DomainResult(domain, _score(counted), answered, tuple(missing)))
        risks += found
        everything += counted
    risks.sort(key=lambda risk: (-risk.severity, risk.domain.order, risk.key))
    return Assessment(_score(everything), tuple(results), tuple(risks))


@dataclass(frozen=True)
class _Closed:
    """A question the branches do not ask and what it counts for: nothing (None) where it does not apply, or where what
    it hangs on is still `pending`."""

    risk: Decimal | None
    pending: bool = False


NOT_APPLICABLE, PENDING = _Closed(None), _Closed(None, pending=True)


def _domain(
    domain: Domain, answers: Answers, industry: str
) -> tuple[list[tuple[Decimal, Decimal]], list[Risk], list[RiskQuestion]]:
    """(weight, risk) of everything that counts, the risks shown, and what could be asked but was not."""
    counted: list[tuple[Decimal, Decimal]] = []
    risks: list[Risk] = []
    missing: list[RiskQuestion] = []
    closed: dict[str, _Closed] = {}
    for question in domain.for_industry(industry):
        weight = question.weight_for(industry)
        answer = answers.get(answer_key(domain, question))
        state = _closed(domain, question, closed, answers)
        if state:
            closed[question.id] = state
            risk = state.risk if question.counts else None
        else:
            risk = question.risk_of(answer) if answer else None
            if answer and risk:
                risks.append(Risk(domain, question, answer, risk, weight * risk))
        if risk is not None:
            counted.append((weight, risk))
        if question.counts and (state.pending if state else answer is None):
            missing.append(question)
    return counted, risks, missing


def _closed(domain: Domain, question: RiskQuestion, closed: Mapping[str, _Closed], answers: Answers) -> _Closed | None:
    """Why a question is not open, or None. Not applicable comes before the rest, a bad end before what is pending (the question
    is closed whatever the pending one says), and a good end last."""
    by_id = {each.id: each for each in domain.questions}
    found: list[_Closed] = []
    for parent_id, wanted in accepted(question).items():
        answer = answers.get(answer_key(domain, by_id[parent_id]))
        if parent_id in closed:
            found.append(closed[parent_id])
        elif answer is None:
            found.append(PENDING)
        elif answer not in wanted:
            found.append(_closed_by(by_id[parent_id], answer, wanted))
    order = (NOT_APPLICABLE, _Closed(WORST), PENDING, _Closed(NONE))
    return next((state for state in order if state in found), None)


def _closed_by(parent: RiskQuestion, answer: str, wanted: tuple[str, ...]) -> _Closed:
    given = parent.risk_of(answer)
    inside = [risk for each in wanted if (risk := parent.risk_of(each)) is not None]
    if given is None or not inside:
        return NOT_APPLICABLE
    return _Closed(WORST if given > max(inside) else NONE)


def _score(counted: list[tuple[Decimal, Decimal]]) -> int | None:
    total = sum((weight for weight, _ in counted), NONE)
    if not total:
        return None
    mean = sum((weight * risk for weight, risk in counted), NONE) / total
    return int((100 * (1 - mean)).quantize(Decimal(1), ROUND_HALF_UP))
