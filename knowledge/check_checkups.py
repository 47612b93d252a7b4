"""Checks on the check-up: citations, wording, FAQ ids, industries, and how many questions a person meets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from knowledge.check_citations import citation_problems, coming_changes
from knowledge.check_text import wording
from knowledge.checkup import DOMAIN_MOST, FULL_MOST, QUICK_MOST, Domain, RiskQuestion, longest, never_asked
from knowledge.content import Content, Problem
from knowledge.statutes.book import StatuteBook


def checkup_problems(content: Content, book: StatuteBook, on: date) -> list[Problem]:
    """Everything wrong with the domains and with what they add up to."""
    problems = [
        Problem(content.places[domain.id].file, content.places[domain.id].line, message)
        for domain in content.domains.values()
        for message in _domain(domain, content, book, on)
    ]
    if content.domains:
        place = content.places[next(iter(content.domains))]
        problems += [Problem(place.file.parent, 1, message) for message in _totals(content)]
    return problems


def checkup_warnings(content: Content, book: StatuteBook, on: date) -> list[Problem]:
    """Articles that will change soon."""
    return [
        Problem(content.places[domain.id].file, content.places[domain.id].line, f"{question.id}：{message}")
        for domain in content.domains.values()
        for question in domain.questions
        for message in coming_changes(question.statutes, book, on)
    ]


def _domain(domain: Domain, content: Content, book: StatuteBook, on: date) -> Iterator[str]:
    for question in domain.questions:
        named = [*question.industries, *question.weight]
        for message in (
            *(f"没有行业 {id_}（见 industries.yml）" for id_ in named if id_ not in content.industries),
            *((f"faq 指向不存在的 {question.faq}",) if question.faq and question.faq not in content.faqs else ()),
            *_texts(question, content, book, on),
        ):
            yield f"{question.id}：{message}"
    yield from (f"{id_}：怎么答都问不到这一问，when 里的条件互相矛盾" for id_ in never_asked(domain.questions))
    for industry in content.industries:
        count = longest(domain.for_industry(industry))
        if count > DOMAIN_MOST:
            yield f"行业 {industry} 最多会问到 {count} 问，一个领域至多 {DOMAIN_MOST} 问"


def _texts(question: RiskQuestion, content: Content, book: StatuteBook, on: date) -> Iterator[str]:
    told = [text for text in (question.title, question.why, question.first_step) if text]
    yield from wording([question.ask, *told])
    yield from citation_problems(told, question.statutes, content, book, on)


def _totals(content: Content) -> Iterator[str]:
    for industry in content.industries.values():
        for quick, most, name in ((True, QUICK_MOST, "快速版"), (False, FULL_MOST, "完整版")):
            count = sum(longest(domain.for_industry(industry.id, quick=quick)) for domain in content.domains.values())
            if count > most:
                yield f"{industry.label}的{name}最多会问到 {count} 问，至多 {most} 问：用 industries、when 或 quick 减下来"
