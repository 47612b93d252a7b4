"""The sentences of a report, the same on the page, in the PDF and in the .docx."""

from __future__ import annotations

from service.cards import Citation
from service.checkup_report import IN_DETAIL, DomainScore, Report, ReportRisk


class Words:
    def __init__(self, report: Report) -> None:
        self.report = report

    @property
    def about(self) -> str:
        day = self.report.made_on
        return f"{self.report.industry}　{day.year}年{day.month}月{day.day}日　龙华小法"

    @property
    def label(self) -> str:
        return f"{self.report.label}。{self.report.disclaimer}"

    @property
    def mark(self) -> str:
        """The label of generated content for the metadata of a file."""
        return f"AIGC；{self.report.label}；内容制作者：龙华小法"

    @property
    def score(self) -> str:
        return "" if self.report.score is None else f"总分 {self.report.score}（满分 100，越高越稳）"

    @property
    def axes(self) -> list[tuple[str, int]]:
        return [(domain.title, domain.score) for domain in self.report.domains if domain.score is not None]

    @property
    def score_lines(self) -> list[str]:
        return [f"{domain.title}：{self.points(domain)}（答了 {domain.answered} 问）" for domain in self.report.domains]

    def points(self, domain: DomainScore) -> str:
        """The score of a domain, or why there is none."""
        if domain.score is not None:
            return f"{domain.score} 分"
        return "不适用，不打分" if domain.answered else "没有问，不打分"

    @property
    def risks_heading(self) -> str:
        count = len(self.report.risks)
        return (
            f"最要紧的 {IN_DETAIL} 处（共 {count} 处）" if count > IN_DETAIL else f"要补的 {count} 处，按要紧的先后排"
        )

    def of_risk(self, risk: ReportRisk) -> list[str]:
        found = "您答的是“不清楚”，先弄清楚。" if risk.unknown else f"您答的是：{risk.found}。"
        return [found, f"为什么要紧：{risk.why}", f"先做这一步（{risk.within_days} 天内）：{risk.first_step}"]

    def more_on(self, risk: ReportRisk) -> str:
        """Where more is told; empty when no FAQ belongs to it."""
        return f"想知道更多，问小法：{risk.faq_question}" if risk.faq_question else ""

    def article_head(self, citation: Citation) -> str:
        if citation.kind == "quoted":
            return f"{citation.label}（现行有效，自 {citation.in_force_since} 起施行）"
        return "，".join(filter(None, [citation.label, citation.number, citation.note]))

    def article_text(self, citation: Citation) -> str:
        return citation.text or f"原文请查：{citation.source}"

    @property
    def changes(self) -> list[str]:
        before = self.report.comparison
        if before is None:
            return []
        day = before.made_on
        lines = [f"上次是 {day.year}年{day.month}月{day.day}日，总分 {before.score}；这次 {self.report.score}。"]
        lines += [
            f"{change.title}：{change.before} → {change.now}"
            for change in before.domains
            if change.before != change.now
        ]
        if before.mended:
            lines.append(f"已经补上：{'、'.join(before.mended)}。")
        if before.new:
            lines.append(f"新出现的：{'、'.join(before.new)}。")
        return lines

    @property
    def rest_heading(self) -> str:
        return "这次没问到的（有没有这些情况，还不知道）"

    @property
    def not_asked(self) -> list[str]:
        return [f"{domain.title}：{'、'.join(domain.not_asked)}" for domain in self.report.not_asked]

    @property
    def notes(self) -> list[str]:
        day = self.report.law_as_of
        return [
            f"条文是 {day.year}年{day.month}月{day.day}日现行有效的文本，逐字引用；标明“请核对”的，以官方文本为准。",
            "打分：每一问按“后果 × 可能性 × 行业”加权，答得越差分越低，“不清楚”按最差的六成算；没问到的、不适用的不算分；前一问答得差、因此不用再问的，按最差算。",
            "这是根据您自己的回答得出的初步结果，没有看过您的合同和账目。过三个月再做一次，可以看到变化。",
        ]
