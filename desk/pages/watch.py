"""The law-change watch: which content cites an article whose text or force is not what its reader read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from anyio import to_thread
from nicegui import ui

from desk.shell import heading, shell
from desk.view import View, page
from knowledge.check import article_hashes, cited, entries, review_id
from knowledge.check_citations import coming_changes, text_fingerprint
from knowledge.content import Content
from knowledge.reviews import load_reviews
from knowledge.schema import Faq
from knowledge.statutes.book import Reason, StatuteBook
from knowledge.statutes.citations import parse_one
from service import published

Kind = Literal["changed", "coming", "unknown"]
PARTS: dict[Kind, str] = {
    "changed": "已经变了，要改",
    "coming": "将要变的",
    "unknown": "法条库里没有文本，没法比对（xiaofa statutes import 导入后再看）",
}
NO_TEXT = frozenset({Reason.UNKNOWN_LAW, Reason.NOT_IN_BOOK, Reason.NO_TEXT_FOR_DAY})


@dataclass(frozen=True)
class Change:
    """`id`: of the content. `unknown`: the rule is known by name alone, its text was read elsewhere."""

    id: str
    title: str
    what: str
    kind: Kind


@page("/law-watch", "法律变动")
async def watch(view: View) -> None:
    """What changed since it was read, then what is going to change."""
    search, today = view.runtime.citations, view.runtime.clock.today()

    def run() -> list[Change]:
        _, rows = published.read(view.database)
        read = {row.faq_id: dict(row.review["articles"]) for row in rows}
        return changes(published.with_published(search.content, rows), search.book, today, read)

    found = await to_thread.run_sync(run)
    with shell(view):
        heading("法律变动", "引用的条文，文字或效力与审读时不同的内容。请对照新条文修改，再请第二人复核。")
        for kind, title in PARTS.items():
            rows = [row for row in found if row.kind == kind]
            with ui.element("section").classes("panel"):
                ui.label(f"{title}（{len(rows)}）").classes("panel__title")
                for row in rows:
                    with ui.element("div").classes("item"):
                        ui.label(row.title).classes("item__text")
                        ui.label(f"{row.id}　{row.what}").classes("item__by")
                if not rows:
                    ui.label("没有").classes("hint")


def changes(content: Content, book: StatuteBook, on: date, read_at_desk: dict[str, dict[str, str]]) -> list[Change]:
    """Compare what was read (the ledger; for what was published here, its own review) with the book of the day."""
    ledger, _ = load_reviews()
    found = []
    for entry in entries(content):
        title = entry.question if isinstance(entry, Faq) else entry.title
        review = ledger.get(review_id(entry))
        read = read_at_desk.get(entry.id) or (review.articles if review else {})
        today = article_hashes(entry, content, book, on)
        for reference, before in read.items():
            if reference not in today:
                found.append(Change(entry.id, title, *_gone(reference, content, book, on)))
            elif today[reference] != before:
                found.append(Change(entry.id, title, f"{reference}：文字变了", "changed"))
        found += [Change(entry.id, title, what, "coming") for what in coming_changes(cited(entry), book, on)]
    return found


def _gone(reference: str, content: Content, book: StatuteBook, on: date) -> tuple[str, Kind]:
    """Why an article that was read is not among those the entry cites today."""
    parsed = parse_one(reference)
    if text_fingerprint(parsed, content, book, on):
        return f"{reference}：不再引用", "changed"
    why = book.lookup(parsed.law or "", parsed.article, parsed.sub, on=on)
    rule = content.reference_named(parsed.law or "")
    ended = rule is not None and rule.until is not None and rule.until < on
    if why.reason in NO_TEXT and not ended:
        return f"{reference}：没有文本", "unknown"
    return f"{reference}：不再有效", "changed"
