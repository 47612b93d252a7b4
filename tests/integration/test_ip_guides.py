"""Every subject of intellectual property that issue 6 names has a guide with a checklist and FAQs, and what changes on
2027-01-01 is said under both laws."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from knowledge.check import advices
from knowledge.content import Content
from knowledge.schema import Guide
from knowledge.statutes.book import StatuteBook
from service import interviews
from service.gate import CitationGate

SUBJECTS = {
    "trademark squatted": ("guide.ip.trademark-squatted", "ip.trademark.squatted"),
    "register or not": ("guide.ip.trademark-register", "ip.trademark.register-or-not"),
    "renewals": ("guide.ip.trademark-renewal-nonuse", "ip.trademark.renewal"),
    "non-use": ("guide.ip.trademark-renewal-nonuse", "ip.trademark.non-use"),
    "copied product pictures": ("guide.ip.copied-pictures", "ip.copyright.product-pictures"),
    "software and employees' works": ("guide.ip.software-employee-works", "ip.copyright.software-employee"),
    "trade secrets": ("guide.ip.trade-secret-leak", "ip.copyright.trade-secret-leaver"),
    "an infringement letter": ("guide.ip.infringement-letter", "ip.patent.letter-received"),
    "platform complaint": ("guide.ip.platform-complaint", "ip.copyright.platform-complaint"),
    "domain names": ("guide.ip.domain-name", "ip.trademark.domain-name"),
}
TODAY, NEW_YEAR = date(2026, 11, 23), date(2027, 1, 1)
BOTH_LAWS = {
    "guide.ip.trademark-squatted": "二个月",  # opposition: three months become two
    "guide.ip.trademark-register": "不以使用为目的",
    "guide.ip.trademark-renewal-nonuse": "到期没续的不再有这段保护",
    "guide.ip.infringement-letter": "适用对象",  # a new fair use
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_has_a_guide_with_a_checklist_and_a_faq_that_leads_to_it(subject: str, content: Content) -> None:
    guide, faq = content.guides[SUBJECTS[subject][0]], content.faqs[SUBJECTS[subject][1]]
    assert len(guide.checklist.questions) >= 3 and len(guide.checklist.outcomes) >= 8
    assert faq.guide == guide.id
    assert guide.steps and guide.evidence and guide.statutes and guide.lawyer_when


@pytest.mark.parametrize("id_", sorted({guide for guide, _ in SUBJECTS.values()}))
def test_whatever_is_answered_there_is_a_conclusion_and_an_article_under_either_law(
    id_: str, content: Content, book: StatuteBook
) -> None:
    guide = content.guides[id_]
    gates = [CitationGate(book, content, day) for day in (TODAY, NEW_YEAR)]
    for answers in _ways(guide):
        parts = interviews.outcomes(guide.checklist, answers)
        assert any(part.conclusion for part in parts) or guide.conclusion
        advice = interviews.merged(guide, parts)
        for gate in gates:
            assert gate.cite_all(advice.statutes, entry=id_), (answers, gate.on)


def _ways(guide: Guide) -> list[dict[str, str]]:
    choices = [q for q in guide.checklist.questions if q.choices]
    return [
        dict(zip((q.id for q in choices), picked, strict=True))
        for picked in product(*([*(c.id for c in q.choices), interviews.UNKNOWN] for q in choices))
    ]


@pytest.mark.parametrize(("id_", "what"), sorted(BOTH_LAWS.items()))
def test_what_changes_on_2027_01_01_is_said_beside_what_holds_today(id_: str, what: str, content: Content) -> None:
    lines = [
        line
        for advice in advices(content.guides[id_])
        for line in (*advice.steps, advice.deadline or "", getattr(advice, "conclusion", "") or "")
    ]
    assert any("2027年1月1日" in line and what in line for line in lines)
    faq = content.faqs["ip.more.law-2027"]
    assert "2027年1月1日" in faq.conclusion
