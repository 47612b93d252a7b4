"""How much content there is, how well founded, and how much of it a second person has read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.check import advices, entries, unread
from knowledge.content import Content
from knowledge.schema import Faq, Guide, Review
from knowledge.statutes.book import StatuteBook

HEADINGS = ("话题", "解答", "指引", "问法", "引用/解答", "引用/指引", "已审读", "最早审读")
TOTAL = "合计"


@dataclass(frozen=True)
class Line:
    """One topic, or all. `verified`: the share read by a second person, unchanged since, as are the texts it cites."""

    label: str
    faqs: int
    guides: int
    wordings: int
    faq_citations: float
    guide_citations: float
    verified: float
    oldest: date | None

    def cells(self) -> tuple[str, ...]:
        return (
            self.label,
            str(self.faqs),
            str(self.guides),
            str(self.wordings),
            f"{self.faq_citations:.1f}",
            f"{self.guide_citations:.1f}",
            f"{self.verified:.1%}",
            str(self.oldest) if self.oldest else "—",
        )


def lines(content: Content, reviews: dict[str, Review], book: StatuteBook, on: date) -> list[Line]:
    """A line for each topic that has content, then the totals."""
    read = {
        entry.id: reviews[entry.id].on
        for entry in entries(content)
        if unread(entry, reviews.get(entry.id), content, book, on) is None
    }
    by_topic = {
        topic.label: [entry for entry in entries(content) if entry.topic == topic.id]
        for topic in content.topics.values()
    }
    found = [_line(label, mine, read) for label, mine in by_topic.items() if mine]
    return [*found, _line(TOTAL, entries(content), read)]


def page(lines_: Iterable[Line], on: date) -> str:
    """The lines as a page of documentation."""
    head = [
        "# 内容\n",
        f"`xiaofa knowledge report`，{on}。已审读：第二人对照条文读过，此后内容与所引条文的文字都没有变。\n",
        f"| {' | '.join(HEADINGS)} |",
        "|---" * len(HEADINGS) + "|",
    ]
    return "\n".join([*head, *(f"| {' | '.join(line.cells())} |" for line in lines_)]) + "\n"


def _line(label: str, mine: Sequence[Faq | Guide], read: dict[str, date]) -> Line:
    faqs = [entry for entry in mine if isinstance(entry, Faq)]
    guides = [entry for entry in mine if isinstance(entry, Guide)]
    days = [read[entry.id] for entry in mine if entry.id in read]
    return Line(
        label=label,
        faqs=len(faqs),
        guides=len(guides),
        wordings=sum(len(entry.variants) for entry in mine),
        faq_citations=_citations(faqs),
        guide_citations=_citations(guides),
        verified=len(days) / max(1, len(mine)),
        oldest=min(days, default=None),
    )


def _citations(mine: Sequence[Faq | Guide]) -> float:
    """Articles that one of them cites, on average; what several outcomes of a guide cite counts once."""
    each = [len({text for advice in advices(entry) for text in advice.statutes}) for entry in mine]
    return sum(each) / max(1, len(each))
