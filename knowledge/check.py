"""`xiaofa knowledge check`: what a machine can see of whether the content may be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from knowledge.calculators import CALCULATORS
from knowledge.calculators.rates import load_rates
from knowledge.check_checkups import checkup_problems, checkup_warnings
from knowledge.check_citations import citation_problems, coming_changes, text_fingerprint
from knowledge.check_guides import guide_problems
from knowledge.check_popular import Popular, popular_problems, popular_warnings
from knowledge.check_text import bigrams, look_alikes, overlap, wording
from knowledge.checkup import Domain
from knowledge.content import Content, Place, Problem
from knowledge.reviews import LEDGER, content_sha256, load_reviews
from knowledge.schema import Advice, Faq, Guide, Review
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.citations import ParsedCitation, canonical, parse_one

VARIANT_OVERLAP = 0.6  # within one FAQ: more alike than this is the same wording twice
TWIN_OVERLAP = 0.8  # between FAQs: the same question answered in two places


@dataclass
class CheckReport:
    """`problems` (a missing or outdated review among them) fail the check; `warnings` of coming changes of law do not."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    reviewed: int = 0
    entries: int = 0


def check(
    content: Content, book: StatuteBook, on: date, popular: Popular | None = None, ledger: Path = LEDGER
) -> CheckReport:
    """Run every rule on loaded content (and on what is told for its own sake), for the law in force `on` that day."""
    report = CheckReport(problems=list(content.problems))
    for entry in entries(content):
        report.entries += 1
        id_, place = entry.id, content.places[entry.id]
        report.problems += [Problem(place.file, place.line, f"{id_}：{m}") for m in _entry(entry, content, book, on)]
        report.warnings += [
            Problem(place.file, place.line, f"{id_}：{m}") for m in coming_changes(cited(entry), book, on)
        ]
    report.problems += _twins(content)
    report.entries += len(content.domains)
    report.problems += checkup_problems(content, book, on)
    report.warnings += checkup_warnings(content, book, on)
    if popular is not None:
        report.entries += popular.count
        report.problems += popular_problems(popular, content, book, on)
        report.warnings += popular_warnings(popular, book, on)
    _reviews(content, book, on, ledger, report)
    return report


def check_faq(faq: Faq, content: Content, book: StatuteBook, on: date) -> list[str]:
    """What is wrong with one FAQ beside the others (its own older version left out), without reading all the rest again."""
    found = list(_entry(faq, content, book, on))
    own = (faq.question, *faq.variants)
    grams = frozenset[str]().union(*map(bigrams, own))
    for other in content.faqs.values():
        for theirs in (other.question, *other.variants) if other.id != faq.id else ():
            if len(grams & bigrams(theirs)) < TWIN_OVERLAP * len(bigrams(theirs)):
                continue  # not even all of ours together have so much in common with it
            alike = (text for text in own if overlap(text, theirs) >= TWIN_OVERLAP)
            found += [f"“{text}”与 {other.id} 的“{theirs}”几乎一样，改写或合并" for text in alike]
    return found


def entries(content: Content) -> list[Faq | Guide]:
    """Every FAQ and guide."""
    return [*content.faqs.values(), *content.guides.values()]


def advices(entry: Faq | Guide) -> list[Advice]:
    """The entry and, for a guide, its outcomes: each brings its own citations."""
    return [entry, *entry.checklist.outcomes] if isinstance(entry, Guide) else [entry]


def said(advice: Advice) -> list[str]:
    """Every sentence a person reads of it."""
    conclusion = getattr(advice, "conclusion", None)
    return [
        t
        for t in (conclusion, *advice.steps, *advice.evidence, advice.deadline, *advice.where, *advice.lawyer_when)
        if t
    ]


def cited(entry: Faq | Guide | Domain) -> list[str]:
    """Every citation of an entry, as written."""
    if isinstance(entry, Domain):
        return [text for question in entry.questions for text in question.statutes]
    return [text for advice in advices(entry) for text in advice.statutes]


def _entry(entry: Faq | Guide, content: Content, book: StatuteBook, on: date) -> Iterator[str]:
    if entry.topic not in content.topics:
        yield f"topic “{entry.topic}” 不在 topics.yml 里"
    if isinstance(entry, Faq):
        yield from (f"related 指向不存在的 {id_}" for id_ in entry.related if id_ not in content.faqs)
        if entry.guide and entry.guide not in content.guides:
            yield f"guide 指向不存在的 {entry.guide}"
    else:
        yield from _leads_nowhere(entry)
        yield from guide_problems(entry.checklist)
    titles = [entry.question if isinstance(entry, Faq) else entry.title, *entry.variants]
    for at, text in enumerate(titles):
        for other in titles[:at]:
            if overlap(text, other) > VARIANT_OVERLAP:
                yield f"两句问法太像：“{other}”与“{text}”，改写其中一句"
    everything = [text for advice in advices(entry) for text in said(advice)]
    yield from wording(everything)
    yield from citation_problems(everything, cited(entry), content, book, on)


def _leads_nowhere(guide: Guide) -> Iterator[str]:
    """Rates and calculators that outcomes name and that are not there."""
    known = {rate.key for rate in load_rates()}
    for outcome in guide.checklist.outcomes:
        yield from (f"rates 里的“{key}”不在 rates.yml 里" for key in outcome.rates if key not in known)
        if outcome.calculator and outcome.calculator not in CALCULATORS:
            yield f"calculator 指向不存在的 {outcome.calculator}"


def _twins(content: Content) -> Iterator[Problem]:
    texts = [(id_, text) for id_, faq in content.faqs.items() for text in (faq.question, *faq.variants)]
    for left, one, right, other in look_alikes(texts, TWIN_OVERLAP):
        place: Place = content.places[right]
        yield Problem(place.file, place.line, f"{right} 的“{other}”与 {left} 的“{one}”几乎一样，改写或合并")


def _reviews(content: Content, book: StatuteBook, on: date, ledger: Path, report: CheckReport) -> None:
    reviews, problems = load_reviews(ledger)
    report.problems += problems
    for entry in [*entries(content), *content.domains.values()]:
        id_, place = review_id(entry), content.places[entry.id]
        why = unread(entry, reviews.get(id_), content, book, on)
        if why is None:
            report.reviewed += 1
        else:
            report.problems.append(Problem(place.file, place.line, f"{id_}：{why}"))


def review_id(entry: Faq | Guide | Domain) -> str:
    """What the ledger calls it: a domain of the check-up has a name too short to stand alone."""
    return f"checkup.{entry.id}" if isinstance(entry, Domain) else entry.id


def article_hashes(entry: Faq | Guide | Domain, content: Content, book: StatuteBook, on: date) -> dict[str, str]:
    """Canonical reference -> fingerprint of the text in force, for every article the entry cites, quoted or referenced."""
    hashes: dict[str, str] = {}
    for text in cited(entry):
        parsed = parse_one(text)
        fingerprint = text_fingerprint(parsed, content, book, on)
        if fingerprint is not None:
            hashes[canonical(ParsedCitation(law=parsed.law, article=parsed.article, sub=parsed.sub))] = fingerprint
    return hashes


def review_of(
    entry: Faq | Guide | Domain, content: Content, book: StatuteBook, on: date, *, author: str, reader: str
) -> Review:
    """That `reader` has read the entry as it is, and every text it cites."""
    articles = article_hashes(entry, content, book, on)
    return Review(author=author, reader=reader, on=on, content=content_sha256(entry), articles=articles)


def unread(
    entry: Faq | Guide | Domain, review: Review | None, content: Content, book: StatuteBook, on: date
) -> str | None:
    """Why the entry does not count as read by a second person; None when it does."""
    if review is None:
        return "还没有第二人对照法条审读"
    if review.content != content_sha256(entry):
        return f"审读（{review.on}）之后改过，请重新审读"
    today = article_hashes(entry, content, book, on)
    changed = [reference for reference, text in today.items() if review.articles.get(reference) != text]
    return f"{'、'.join(changed)} 的文本与审读时不同，请重新审读" if changed else None
