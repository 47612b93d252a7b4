"""What the check-up says in the conversation: its report, and what may be done with it."""

from __future__ import annotations

from service.cards import Card, CardChoice
from service.checkup_report import LABEL, Report
from service.checkup_script import CheckupInterview
from service.choices import choice
from service.scripted import Answers

ON_CARD = 3


def go_on_card(script: CheckupInterview, answers: Answers) -> Card:
    """There is a check-up that was put off."""
    return Card(
        kind="notice",
        title="上次的体检还没做完",
        conclusion=f"上次答了 {script.done(answers)} 问，都给您记着。接着答，还是从头来？",
        choices=[choice(1, "接着答", "checkup:go_on"), choice(2, "从头来", "checkup:new")],
    )


def report_card(report: Report, report_id: str, links: list[str]) -> Card:
    """The report in the conversation: score, the worst, what to do first; the rest behind the links."""
    top = report.risks[:ON_CARD]
    score = f"得分 {report.score}（满分 100）。" if report.score is not None else ""
    worst = f"最要紧的：{'、'.join(risk.title for risk in top)}。" if top else report.verdict
    citations = {citation.label: citation for risk in top for citation in risk.citations}
    return Card(
        kind="report",
        title=f"{report.title} · {report.industry}",
        conclusion=f"{score}{worst}"[:120],
        steps=[f"{risk.within_days} 天内：{risk.first_step}" for risk in top],
        citations=list(citations.values())[:5],
        attachments=links,
        choices=_after(report, report_id),
        law_as_of=report.law_as_of,
        generated_label=LABEL,
    )


def too_little_card() -> Card:
    return Card(
        kind="notice",
        title="还出不了报告",
        conclusion="问到的都和您的企业不沾边，打不出分。可以做完整版，或者直接说最担心的一件事。",
        choices=[choice(1, "重新体检", "checkup:new")],
    )


def _after(report: Report, report_id: str) -> list[CardChoice]:
    rest = sum(len(domain.not_asked) for domain in report.domains)
    labels = [("交给律师看", f"checkup:lawyer:{report_id}")]
    if rest:
        labels.insert(0, ("接着做完整版" if report.quick else "接着答没问到的", "checkup:more"))
    told = {
        risk.faq_id: risk.title for risk in reversed(report.risks[:ON_CARD]) if risk.faq_id
    }  # a FAQ once, by its worst
    labels += [(f"多说说：{title}", f"faq:{faq}") for faq, title in reversed(told.items())]
    return [choice(n, label, target) for n, (label, target) in enumerate(labels, 1)]
