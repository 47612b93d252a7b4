"""The report of a check-up: everything a page, a PDF and a .docx show, as one plain model that is stored as it is.

Articles are quoted when the report is made and stay as they were then (`law_as_of`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from knowledge.content import Content
from service.cards import DISCLAIMER, Citation
from service.checkup import Answers, Assessment, DomainResult, Risk, assess
from service.checkup_script import EXTENT, QUICK, industry_of
from service.gate import CitationGate

LABEL = "本报告由程序自动生成"
IN_DETAIL = 10  # risks told with reason and articles; the rest stand in the fix list
FIX_LIST = 20
WATCHED = 70  # a domain below this is a weak one
SOUND = 85


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DomainScore(Part):
    id: str
    title: str
    score: int | None
    answered: int
    not_asked: tuple[str, ...] = ()


class ReportRisk(Part):
    """`found` is what was answered; `unknown`: it was "不清楚" and is to be looked into; `faq_question` tells more."""

    key: str
    domain: str
    title: str
    found: str
    unknown: bool
    serious: bool
    why: str
    first_step: str
    within_days: int
    citations: tuple[Citation, ...]
    faq_id: str | None = None
    faq_question: str | None = None  # as it was asked when the report was made


class Fix(Part):
    within_days: int
    title: str
    step: str


class Change(Part):
    title: str
    before: int | None
    now: int | None


class Comparison(Part):
    """Against the report before."""

    made_on: date
    score: int | None
    domains: tuple[Change, ...]
    mended: tuple[str, ...]
    new: tuple[str, ...]


class Report(Part):
    schema_version: int = 1
    made_on: date
    industry: str
    quick: bool
    score: int | None
    verdict: str
    domains: tuple[DomainScore, ...]
    risks: tuple[ReportRisk, ...]
    fixes: tuple[Fix, ...]
    comparison: Comparison | None = None
    law_as_of: date
    label: str = LABEL
    disclaimer: str = DISCLAIMER
    answers: dict[str, str] = Field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"企业法律风险体检报告（{'快速版' if self.quick else '完整版'}）"

    @property
    def detailed(self) -> tuple[ReportRisk, ...]:
        return self.risks[:IN_DETAIL]

    @property
    def fixes_by_days(self) -> list[tuple[int, list[Fix]]]:
        """The fix list in the order of its dates."""
        days = sorted({fix.within_days for fix in self.fixes})
        return [(day, [fix for fix in self.fixes if fix.within_days == day]) for day in days]

    @property
    def not_asked(self) -> list[DomainScore]:
        return [domain for domain in self.domains if domain.not_asked]


def build_report(content: Content, gate: CitationGate, answers: Answers, today: date, before: Report | None) -> Report:
    """The report for these answers, compared with the one before when there is one."""
    industry = industry_of(answers)
    found = assess(content.domains.values(), answers, industry)
    risks = tuple(_risk(risk, content, gate) for risk in found.risks)
    report = Report(
        made_on=today,
        industry=content.industries[industry].label,
        quick=answers.get(EXTENT) == QUICK,
        score=found.score,
        verdict=_verdict(found),
        domains=tuple(_domain(result) for result in found.domains),
        risks=risks,
        fixes=_fixes(risks),
        law_as_of=gate.on,
        answers=dict(answers),
    )
    return report.model_copy(update={"comparison": compare(before, report)}) if before else report


def compare(before: Report, now: Report) -> Comparison:
    """What changed. Only what both asked is called mended or new."""
    old, new = {risk.key: risk for risk in before.risks}, {risk.key: risk for risk in now.risks}
    scores = {domain.id: domain.score for domain in before.domains}
    return Comparison(
        made_on=before.made_on,
        score=before.score,
        domains=tuple(
            Change(title=domain.title, before=scores[domain.id], now=domain.score)
            for domain in now.domains
            if scores.get(domain.id) is not None and domain.score is not None
        ),
        mended=tuple(old[key].title for key in old if key not in new and key in now.answers),
        new=tuple(new[key].title for key in new if key not in old and key in before.answers),
    )


def _risk(risk: Risk, content: Content, gate: CitationGate) -> ReportRisk:
    question = risk.question
    faq = content.faqs.get(question.faq) if question.faq else None
    label = next((choice.label for choice in question.choices if choice.id == risk.answer), "不清楚")
    return ReportRisk(
        key=risk.key,
        domain=risk.domain.title,
        title=question.title or question.ask,
        found=label,
        unknown=risk.unknown,
        serious=risk.severity >= 12,
        why=question.why or "",
        first_step=question.first_step or "",
        within_days=question.within_days or 30,
        citations=tuple(gate.cite_all(question.statutes, most=3, entry=f"checkup.{risk.domain.id}")),
        faq_id=question.faq,
        faq_question=faq.question if faq else None,
    )


def _domain(result: DomainResult) -> DomainScore:
    return DomainScore(
        id=result.domain.id,
        title=result.domain.title,
        score=result.score,
        answered=result.answered,
        not_asked=tuple(question.title or question.ask for question in result.not_asked),
    )


def _fixes(risks: Iterable[ReportRisk]) -> tuple[Fix, ...]:
    """Sooner first, the worse one first among those of one day."""
    chosen = list(risks)[:FIX_LIST]
    fixes = [
        Fix(
            within_days=risk.within_days,
            title=f"先弄清楚：{risk.title}" if risk.unknown else risk.title,
            step=risk.first_step,
        )
        for risk in chosen
    ]
    return tuple(sorted(fixes, key=lambda fix: fix.within_days))


def _verdict(found: Assessment) -> str:
    if found.score is None:
        return "答的还不够，打不出分。"
    weak = [r.domain.title for r in found.domains if r.score is not None and r.score < WATCHED]
    if not found.risks:
        return "问到的这些都做好了；没问到的，不能说没有风险。"
    if not weak and found.score >= SOUND:
        return "问到的大体做好了，还有几处小的要补。"
    if not weak:
        return "没有哪一块特别弱，照下面的清单一处一处补。"
    return f"要先补的是：{'、'.join(weak[:3])}。"
