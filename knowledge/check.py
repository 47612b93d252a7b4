"""`xiaofa knowledge check`: what a machine can see of whether the content may be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from knowledge.check_text import forbidden, look_alikes, overlap, quantities, unconfirmed
from knowledge.content import Content, Place, Problem
from knowledge.reviews import content_sha256, load_reviews
from knowledge.schema import Advice, Faq, Guide
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.citations import ParsedCitation, canonical, parse_one

VARIANT_OVERLAP = 0.6  # within one FAQ: more alike than this is the same wording twice
TWIN_OVERLAP = 0.8  # between FAQs: the same question answered in two places
WATCH_DAYS = 120


@dataclass
class CheckReport:
    """`problems` fail the check; `warnings` (coming changes of law, missing reviews) do not."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    reviewed: int = 0
    entries: int = 0


def check(content: Content, book: StatuteBook, on: date) -> CheckReport:
    """Run every rule on loaded content, for the law in force `on` that day."""
    report = CheckReport(problems=list(content.problems))
    for entry in entries(content):
        report.entries += 1
        id_, place = entry.id, content.places[entry.id]
        report.problems += [Problem(place.file, place.line, f"{id_}：{m}") for m in _entry(entry, content, book, on)]
        report.warnings += [Problem(place.file, place.line, f"{id_}：{m}") for m in _coming(entry, book, on)]
    report.problems += _twins(content)
    _reviews(content, book, on, report)
    return report


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


def _entry(entry: Faq | Guide, content: Content, book: StatuteBook, on: date) -> Iterator[str]:
    if entry.topic not in content.topics:
        yield f"topic “{entry.topic}” 不在 topics.yml 里"
    if isinstance(entry, Faq):
        yield from (f"related 指向不存在的 {id_}" for id_ in entry.related if id_ not in content.faqs)
        if entry.guide and entry.guide not in content.guides:
            yield f"guide 指向不存在的 {entry.guide}"
    titles = [entry.question if isinstance(entry, Faq) else entry.title, *entry.variants]
    for at, text in enumerate(titles):
        for other in titles[:at]:
            if overlap(text, other) > VARIANT_OVERLAP:
                yield f"两句问法太像：“{other}”与“{text}”，改写其中一句"
    everything = [text for advice in advices(entry) for text in said(advice)]
    for text in everything:
        yield from (f"不许承诺结果：“{phrase}”" for phrase in forbidden(text))
        yield from (f"没有核实过的电话或地址：“{fact}”" for fact in unconfirmed(text))
    yield from _citations(entry, content, book, on)


def _citations(entry: Faq | Guide, content: Content, book: StatuteBook, on: date) -> Iterator[str]:
    texts: list[str] = []
    numbers: set[str] = set()
    for advice in advices(entry):
        numbers |= {q for text in said(advice) for q in quantities(text)}
        for text in advice.statutes:
            try:
                parsed = parse_one(text)
            except ValueError as error:
                yield str(error)
                continue
            found = cited_text(parsed, content, book, on)
            if found is None:
                yield f"{text} 在 {on} 没有可引用的文本：{_why(parsed, book, on)}"
            else:
                texts.append(found)
    known = {q for text in texts for q in quantities(text)}
    loose = sorted(numbers - known - _derived(known))
    if loose:
        yield f"这些数字在所引条文里找不到：{'、'.join(loose)}（补上出处的条文，或删去数字）"


def _derived(known: set[str]) -> set[str]:
    """The same length in another unit: twelve months are a year."""
    derived = set()
    for quantity in known:
        if quantity.endswith("年") and quantity[:-1].isdigit():
            derived.add(f"{int(quantity[:-1]) * 12}月")
        if quantity.endswith("月") and quantity[:-1].isdigit() and int(quantity[:-1]) % 12 == 0:
            derived.add(f"{int(quantity[:-1]) // 12}年")
    return derived


def cited_text(parsed: ParsedCitation, content: Content, book: StatuteBook, on: date) -> str | None:
    """The article's text, or the reviewed gist of a referenced one; None when it may not be cited on that day."""
    article = book.find(parsed.law or "", parsed.article, parsed.sub, on=on)
    if article is not None:
        if parsed.paragraph and article.paragraph(parsed.paragraph) is None:
            return None
        if parsed.item and article.item(parsed.item, parsed.paragraph) is None:
            return None
        return article.text
    rule = content.reference_named(parsed.law or "")
    if rule is None or rule.effective > on or (rule.until and rule.until < on):
        return None
    return next((read.gist for read in rule.articles if read.number == parsed.article), None)


def _why(parsed: ParsedCitation, book: StatuteBook, on: date) -> str:
    found = book.lookup(parsed.law or "", parsed.article, parsed.sub, on=on)
    return "款或项不存在" if found.article else found.message


def _coming(entry: Faq | Guide, book: StatuteBook, on: date) -> Iterator[str]:
    """Citations whose article will read differently, or be gone, within the watch period."""
    later = on + timedelta(days=WATCH_DAYS)
    for advice in advices(entry):
        for text in advice.statutes:
            try:
                parsed = parse_one(text)
            except ValueError:
                continue
            now = book.find(parsed.law or "", parsed.article, parsed.sub, on=on)
            then = book.find(parsed.law or "", parsed.article, parsed.sub, on=later)
            if now and (then is None or then.sha256 != now.sha256):
                yield f"{text} 的文本到 {later} 会变（现行至 {now.in_force_until}），请提前改写"


def _twins(content: Content) -> Iterator[Problem]:
    texts = [(id_, text) for id_, faq in content.faqs.items() for text in (faq.question, *faq.variants)]
    for left, one, right, other in look_alikes(texts, TWIN_OVERLAP):
        place: Place = content.places[right]
        yield Problem(place.file, place.line, f"{right} 的“{other}”与 {left} 的“{one}”几乎一样，改写或合并")


def _reviews(content: Content, book: StatuteBook, on: date, report: CheckReport) -> None:
    reviews, problems = load_reviews()
    report.problems += problems
    for entry in entries(content):
        id_, place, review = entry.id, content.places[entry.id], reviews.get(entry.id)
        if review is None:
            report.warnings.append(Problem(place.file, place.line, f"{id_}：还没有第二人对照法条审读"))
            continue
        if review.content != content_sha256(entry):
            report.warnings.append(Problem(place.file, place.line, f"{id_}：审读（{review.on}）之后改过，请重新审读"))
            continue
        report.reviewed += 1
        for reference, read in review.articles.items():
            parsed = parse_one(reference)
            article = book.find(parsed.law or "", parsed.article, parsed.sub, on=on)
            if article is not None and article.sha256 != read:
                message = f"{id_}：{reference} 的文本与审读时不同，请重新审读"
                report.problems.append(Problem(place.file, place.line, message))


def article_hashes(entry: Faq | Guide, book: StatuteBook, on: date) -> dict[str, str]:
    """Canonical reference -> sha256 of the text in force, for every article of the book the entry cites."""
    hashes: dict[str, str] = {}
    for advice in advices(entry):
        for text in advice.statutes:
            parsed = parse_one(text)
            article = book.find(parsed.law or "", parsed.article, parsed.sub, on=on)
            if article is not None:
                bare = ParsedCitation(law=parsed.law, article=parsed.article, sub=parsed.sub)
                hashes[canonical(bare)] = article.sha256
    return hashes
