"""Checks on citations: in force on the day, numbers found in the articles cited, changes that are coming."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from knowledge.check_text import quantities
from knowledge.content import Content
from knowledge.schema import ReferencedArticle
from knowledge.statutes.book import StatuteBook, text_sha256
from knowledge.statutes.citations import ParsedCitation, parse_one

WATCH_DAYS = 120


def citation_problems(
    sentences: Iterable[str],
    statutes: Iterable[str],
    content: Content,
    book: StatuteBook,
    on: date,
    *,
    given: Iterable[str] = (),
) -> Iterator[str]:
    """What is wrong with the citations of some sentences, and with the numbers these sentences name; a number of the
    `given` sentences (the situation told) needs no article."""
    texts: list[str] = []
    numbers = {quantity for sentence in sentences for quantity in quantities(sentence)}
    for text in statutes:
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
    known = {q for text in (*texts, *given) for q in quantities(text)}
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
    read = _referenced(parsed, content, on)
    return read.gist if read else None


def text_fingerprint(parsed: ParsedCitation, content: Content, book: StatuteBook, on: date) -> str | None:
    """sha256 of the article as it may be cited on that day; of a referenced one, of the text it was read in (of its gist,
    where that text is not at hand)."""
    article = book.find(parsed.law or "", parsed.article, parsed.sub, on=on)
    if article is not None:
        return article.sha256
    read = _referenced(parsed, content, on)
    return (read.sha256 or text_sha256(read.gist)) if read else None


def _referenced(parsed: ParsedCitation, content: Content, on: date) -> ReferencedArticle | None:
    rule = content.reference_named(parsed.law or "")
    if rule is None or rule.effective > on or (rule.until and rule.until < on):
        return None
    return next((read for read in rule.articles if read.number == parsed.article), None)


def _why(parsed: ParsedCitation, book: StatuteBook, on: date) -> str:
    found = book.lookup(parsed.law or "", parsed.article, parsed.sub, on=on)
    return "款或项不存在" if found.article else found.message


def coming_changes(statutes: Iterable[str], book: StatuteBook, on: date) -> Iterator[str]:
    """Citations whose article will read differently, or be gone, within the watch period."""
    later = on + timedelta(days=WATCH_DAYS)
    for text in statutes:
        try:
            parsed = parse_one(text)
        except ValueError:
            continue
        now = book.find(parsed.law or "", parsed.article, parsed.sub, on=on)
        then = book.find(parsed.law or "", parsed.article, parsed.sub, on=later)
        if now and (then is None or then.sha256 != now.sha256):
            yield f"{text} 的文本到 {later} 会变（现行至 {now.in_force_until}），请提前改写"
