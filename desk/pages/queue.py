"""The queue: what waits, the most urgent first; facts masked until somebody takes the case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from cases.status import KIND_LABELS, LABELS
from desk.labels import STREETS, URGENCY, ago, days_left, moment, topic_label, topic_labels
from desk.shell import heading, shell
from desk.view import View, page
from service import casework
from service.casework import QueueRow

TABS = {"queued": "排队中", "mine": "我的", "live": "全部在办", "resolved": "已办结"}
SHOWN = 100


@page("/", "案件")
async def queue(view: View) -> None:
    """Tabs, filters, rows; new ones come by themselves."""
    tab = view.query.get("tab", "queued")
    with shell(view):
        heading("案件", "按紧急程度和等待时间排。接手之前只看得到摘要，不显示当事人。")
        shown = Queue(view, tab if tab in TABS else "queued")
        await shown.refresh(first=True)
        view.live(shown.refresh)


class Queue:
    """What is on the page: filters above, rows below, and what was seen already (new ones are announced)."""

    def __init__(self, view: View, tab: str) -> None:
        self.view, self.tab = view, tab
        self.seen: dict[str, int] = {}
        self.drawn: object = None
        with ui.element("div").classes("toolbar"):
            with ui.element("div").classes("tabs").props('role="tablist"'):
                self.tabs = {name: self._tab(name, label) for name, label in TABS.items()}
            self.kind = self._choice({"": "全部种类"} | {str(kind): label for kind, label in KIND_LABELS.items()})
            self.topic = self._choice({"": "全部话题", **topic_labels()})
            self.street = self._choice({"": "全部街道", **STREETS})
            self.words = ui.input(placeholder="筛选（/）").props(
                'outlined dense clearable data-box="filter" debounce=200'
            )
            self.words.on_value_change(self._again())
            self.total = ui.label().classes("toolbar__count").props('aria-live="polite"')
        self.list = ui.element("div").classes("rows")
        self._mark()

    def _tab(self, name: str, label: str) -> ui.element:
        async def choose() -> None:
            self.tab, self.seen, self.drawn = name, {}, None
            self._mark()
            await self.refresh(first=True)

        made = (
            ui.element("button")
            .classes("tabs__tab")
            .props('type="button" role="tab"')
            .on("click", self.view.on(choose))
        )
        with made:
            ui.label(label)
        return made

    def _choice(self, options: dict[str, str]) -> ui.select:
        return ui.select(options, value="", on_change=self._again()).props("outlined dense options-dense")

    def _again(self) -> Any:
        async def again() -> None:
            self.drawn = None
            await self.refresh(first=True)

        return self.view.on(again)

    def _mark(self) -> None:
        for name, tab in self.tabs.items():
            here = name == self.tab
            tab.classes(*(["tabs__tab--here"] if here else []), remove="" if here else "tabs__tab--here")
            tab.props(f'aria-selected="{str(here).lower()}"')

    async def refresh(self, *, first: bool = False) -> None:
        """Ask again; draw only when something differs; announce what is new."""
        show: Any = self.tab
        kind: Any = self.kind.value or None
        topic, street = self.topic.value or None, self.street.value or None
        found = await self.view.read(
            lambda session: casework.queue(
                session, self.view.actor(session), show=show, kind=kind, topic=topic, street=street, size=SHOWN
            )
        )
        wanted = (self.words.value or "").strip().lower()
        rows = [row for row in found.rows if wanted in _text(row)]
        now = self.view.runtime.clock.now()
        state = [(row, ago(row.waiting_since, now)) for row in rows]
        fresh = set() if first else {r.id for r in rows if r.id not in self.seen or r.unread > self.seen[r.id]}
        self.seen = {row.id: row.unread for row in found.rows}
        if fresh:
            ui.run_javascript(f"deskNews({len(fresh)})")
        if state == self.drawn:
            return
        self.drawn = state
        self.total.set_text(f"{len(rows)} 件" + (f"，共 {found.total} 件" if found.total > len(rows) else ""))
        self.list.clear()
        with self.list:
            self._draw(rows, fresh)

    def _draw(self, rows: Sequence[QueueRow], fresh: set[str]) -> None:
        if not rows:
            with ui.element("div").classes("empty"):
                ui.label("现在没有排队的案件" if self.tab == "queued" else "这里没有案件").classes("empty__title")
                ui.label("有新案件时会响一声，不用刷新。")
        for row in rows:
            self._row(row, row.id in fresh)

    def _row(self, row: QueueRow, is_fresh: bool) -> None:
        clock = self.view.runtime.clock
        classes = f"case case--{row.urgency}" + (" case--fresh" if is_fresh else "")
        with ui.element("a").classes(classes).props(f'href="/cases/{row.id}" data-case="{row.id}"'):
            with ui.element("div").classes("case__urgency"):
                ui.label(URGENCY[row.urgency]).classes(f"chip chip--{row.urgency}")
            with ui.element("div").classes("case__main"):
                ui.label("；".join(row.reasons) or topic_label(row.topic)).classes("case__title")
                ui.label(" · ".join(facts(row))).classes("case__facts")
                with ui.element("div").classes("case__tags"):
                    ui.label(URGENCY[row.urgency]).classes(f"chip chip--{row.urgency} case__mark")
                    if row.kind != "lawyer":
                        ui.label(KIND_LABELS[row.kind]).classes("chip")
                    if row.unread:
                        ui.label(f"{row.unread} 条新消息").classes("chip chip--new")
                    if row.status != "queued":
                        ui.label(LABELS[row.status] + (f" · {row.owner_name}" if row.owner_name else "")).classes(
                            "chip"
                        )
            with ui.element("div").classes("case__when"):
                ui.label("期限").classes("case__label")
                if row.deadline:
                    left = (row.deadline - clock.today()).days
                    ui.label(f"{row.deadline:%m-%d} {days_left(row.deadline, clock.today())}").classes(
                        "case__late" if left <= 3 else "case__soon" if left <= 30 else ""
                    )
                else:
                    ui.label("没有登记").classes("case__label")
            with ui.element("div").classes("case__when"):
                ui.label(f"已等 {ago(row.waiting_since, clock.now())}")
                if row.promise_due_at and row.status in ("queued", "assigned"):
                    late = row.promise_due_at < clock.now()
                    ui.label(("超过承诺 " if late else "承诺 ") + moment(row.promise_due_at)).classes(
                        "case__late" if late else "case__label"
                    )
            with ui.element("div").classes("case__do"):
                if row.status == "queued" and self.view.may("claim"):
                    button = ui.button("接手").props(f'unelevated dense padding="5px 18px" data-claim="{row.id}"')
                    button.on("click.stop.prevent", self.view.on(self._claim(row)))

    def _claim(self, row: QueueRow) -> Any:
        async def claim() -> None:
            try:
                await self.view.write(
                    lambda session: casework.claim(session, row.id, self.view.actor(session), version=row.version)
                )
            finally:
                self.drawn = None
            ui.navigate.to(f"/cases/{row.id}")

        return claim


def facts(row: QueueRow) -> list[str]:
    """What may be known of a case before it is taken: no name, no word of the person."""
    known = [topic_label(row.topic), STREETS.get(row.street or "", row.street or "")]
    known += [row.amount_band or "", f"{row.people} 人" if row.people else "", "想当面谈" if row.wants_meeting else ""]
    return [fact for fact in known if fact]


def _text(row: QueueRow) -> str:
    return " ".join([KIND_LABELS[row.kind], *row.reasons, *facts(row), row.owner_name or ""]).lower()
