"""The law-change watch: which content cites an article whose text or force is not what its reader read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from anyio import to_thread
from nicegui import ui

from desk.shell import heading, shell
from desk.view import View, page
from knowledge.check import article_hashes, cited, entries, review_id
from knowledge.check_citations import coming_changes
from knowledge.content import Content
from knowledge.reviews import load_reviews
from knowledge.schema import Faq
from knowledge.statutes.book import StatuteBook
from service import published


@dataclass(frozen=True)
class Change:
    """`id`: of the content; `now`: it is so today, otherwise it comes."""

    id: str
    title: str
    what: str
    now: bool


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
        for title, rows in (
            ("已经变了，要改", [row for row in found if row.now]),
            ("将要变的", [row for row in found if not row.now]),
        ):
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
        today = article_hashes(entry, book, on)
        for reference, before in read.items():
            if today.get(reference) != before:
                what = f"{reference}：" + ("文字变了" if reference in today else "不再有效，或不再引用")
                found.append(Change(entry.id, title, what, True))
        found += [Change(entry.id, title, what, False) for what in coming_changes(cited(entry), book, on)]
    return found
