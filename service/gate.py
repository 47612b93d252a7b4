"""The citation gate: nothing is cited unless it is quoted from the book in force, or referenced from the reviewed table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from knowledge.content import Content
from knowledge.reviews import read_articles
from knowledge.statutes.book import Article, StatuteBook
from knowledge.statutes.citations import ParsedCitation, canonical, parse
from knowledge.statutes.moved import moved_to
from knowledge.statutes.numerals import to_chinese
from service.cards import REFERENCED_LABEL, Citation


class CitationGate:
    """Turns citations into what a card may show on a given day; what it cannot vouch for, it drops."""

    def __init__(self, book: StatuteBook, content: Content, on: date) -> None:
        self._book = book
        self._content = content
        self.on = on
        self._cite = lru_cache(maxsize=8192)(self._look_up)  # the same few thousand articles again and again

    def cite(self, text: str) -> list[Citation]:
        """The citations a text names that may be shown, in order."""
        return list(self._cite(text))

    def _look_up(self, text: str) -> tuple[Citation, ...]:
        shown = (self._show(parsed) for parsed in parse(text) if parsed.law)
        return tuple(citation for citation in shown if citation)

    def cite_all(self, texts: Iterable[str], most: int = 5, *, entry: str | None = None) -> list[Citation]:
        """The same for several texts, without repeats, at most `most`. `entry`: the content that cites them, so that what
        was read before its law was renumbered is followed to where it stands today."""
        followed = [text for each in texts for text in (self._followed(each, entry) if entry else (each,))]
        unique = {citation.label: citation for text in followed for citation in self.cite(text)}
        return list(unique.values())[:most]

    def _followed(self, text: str, entry: str) -> tuple[str, ...]:
        """A citation of some content as it has to be made today."""
        parsed = next(iter(parse(text)), None)
        now = moved_to(parsed, self.on) if parsed else None
        if parsed is None or now is None:
            return (text,)
        read = self._content.readings.get(entry) or read_articles().get(entry, {})
        article = self._book.find(parsed.law or "", parsed.article, parsed.sub, on=self.on)
        bare = canonical(ParsedCitation(law=parsed.law, article=parsed.article, sub=parsed.sub))
        written_anew = article is not None and read.get(bare) == article.sha256
        return (text,) if written_anew else now

    def quote(self, article: Article, paragraph: int | None = None, item: int | None = None) -> Citation:
        """An article of the book as a quoted citation."""
        label = article.label
        paragraph_label = f"第{to_chinese(paragraph)}款" if paragraph else None
        item_label = f"第{to_chinese(item)}项" if item else None
        return Citation(
            kind="quoted",
            law=article.law,
            article=label,
            paragraph=paragraph_label,
            item=item_label,
            label=f"《{article.law}》{label}{paragraph_label or ''}{item_label or ''}",
            text=article.text,
            in_force_since=article.in_force_since,
            source=article.source,
        )

    def _show(self, parsed: ParsedCitation) -> Citation | None:
        if parsed.law is None:
            return None
        article = self._book.find(parsed.law, parsed.article, parsed.sub, on=self.on)
        if isinstance(article, Article):
            return self.quote(article, parsed.paragraph, parsed.item)
        return self._reference(parsed)

    def _reference(self, parsed: ParsedCitation) -> Citation | None:
        rule = self._content.reference_named(parsed.law or "")
        if rule is None or rule.effective > self.on or (rule.until and rule.until < self.on):
            return None
        read = next((a for a in rule.articles if a.number == parsed.article), None)
        if read is None:
            return None
        label = f"第{to_chinese(parsed.article)}条"
        return Citation(
            kind="referenced",
            law=rule.name,
            article=label,
            label=f"《{rule.name}》{label}",
            number=rule.number,
            in_force_since=rule.effective,
            source=rule.issuer,
            note=REFERENCED_LABEL,
        )
