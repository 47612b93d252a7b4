"""The queue: what waits, the most urgent first; facts masked until somebody takes the case."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from nicegui import ui
from nicegui.events import GenericEventArguments

from cases.status import KIND_LABELS
from desk.labels import STREETS, topic_labels
from desk.rows import Rows, drawn, words
from desk.shell import heading, shell
from desk.view import View, page
from service import casework
from service.casework import QueuePage

TABS = {"queued": "排队中", "mine": "我的", "live": "全部在办", "resolved": "已办结"}
FOUND = 100  # the filter looks in these
DRAWN = 30  # more than a screen; the others when asked for
T = TypeVar("T")
CLAIM = """(event) => {
  const button = event.target.closest("[data-claim]");
  if (!button) return;
  event.preventDefault();
  emit([button.dataset.claim, button.dataset.version]);
}"""


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
        self.drawn = DRAWN
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
        with ui.element("div").classes("empty") as self.empty:
            self.nothing = ui.label().classes("empty__title")
            ui.label("有新案件时会响一声，不用刷新。")
        self.rows = Rows(ui.element("div").classes("rows").on("click", view.on(self._claim), js_handler=CLAIM))
        self.more = ui.button("再看后面的", on_click=view.on(self._all)).props("flat no-caps").classes("rows__more")
        self._mark()

    def _tab(self, name: str, label: str) -> ui.element:
        async def choose() -> None:
            self.tab, self.seen, self.drawn = name, {}, DRAWN
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
            await self.refresh(first=True)

        return self.view.on(again)

    def _mark(self) -> None:
        for name, tab in self.tabs.items():
            here = name == self.tab
            tab.classes(*(["tabs__tab--here"] if here else []), remove="" if here else "tabs__tab--here")
            tab.props(f'aria-selected="{str(here).lower()}"')

    async def refresh(self, *, first: bool = False) -> None:
        """Ask again; send what differs; announce what is new. Open pages that show the same share one look a beat; who opens or
        chooses sees what is there now."""
        tab: Any = self.tab
        kind: Any = self.kind.value or None
        topic, street = self.topic.value or None, self.street.value or None
        wanted = (self.words.value or "").strip().lower()
        who, clock, share = self.view.who, self.view.runtime.clock, _alone if first else self.view.runtime.pulse.shared
        key = (who.staff_id if tab == "mine" else who.role, tab, kind, topic, street)

        def look() -> Awaitable[QueuePage]:
            return self.view.read(
                lambda session: casework.queue(
                    session, self.view.actor(session), show=tab, kind=kind, topic=topic, street=street, size=FOUND
                )
            )

        found = await share(("queue", *key), look)
        matching = [row for row in found.rows if wanted in words(row)] if wanted else found.rows
        rows = matching[: self.drawn]

        async def draw() -> Mapping[str, str]:
            return drawn(rows, now=clock.now(), today=clock.today(), claims=self.view.may("claim"))

        self.rows.show(await share(("rows", *key, wanted, self.drawn), draw))
        fresh = [] if first else [r.id for r in matching if r.id not in self.seen or r.unread > self.seen[r.id]]
        self.seen = {row.id: row.unread for row in found.rows}
        if fresh:
            ui.run_javascript(f"deskNews({len(fresh)}, {json.dumps(fresh)})")
        self.total.set_text(f"{len(matching)} 件" + (f"，共 {found.total} 件" if found.total > len(matching) else ""))
        self.more.set_visibility(len(matching) > len(rows))
        self.nothing.set_text("现在没有排队的案件" if tab == "queued" else "这里没有案件")
        self.empty.set_visibility(not rows)

    async def _all(self) -> None:
        self.drawn = FOUND
        await self.refresh(first=True)

    async def _claim(self, event: GenericEventArguments) -> None:
        case_id, version = event.args
        await self.view.write(
            lambda session: casework.claim(session, str(case_id), self.view.actor(session), version=int(version))
        )
        ui.navigate.to(f"/cases/{case_id}")


async def _alone(_key: tuple[object, ...], look: Callable[[], Awaitable[T]]) -> T:
    """Looks now, shares nothing."""
    return await look()
