"""Canned replies: pick one, keep what stands in the box as one, change or drop one's own (supervisors: everybody's too)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from cases.permissions import allowed
from cases.staff import Staff
from desk.parts.ask import ask
from desk.view import View
from service import casework
from service.casework import Canned

LONGEST = 2000


async def canned(view: View, put: Callable[[str], None], written: Callable[[], str]) -> None:
    """Open the list. `put`: what a click on one does; `written`: the words that may be kept."""
    with ui.dialog() as dialog, ui.card().classes("form"):
        ui.label("常用语").classes("panel__title")
        place = ui.element("div").classes("found")
        with ui.element("div").classes("form__do"):
            new = view.on(lambda: _write(view, None, draw, start=written()))
            ui.button("新写一条", on_click=new).props('flat data-do="canned-new"')
            ui.button("关上", on_click=dialog.close).props("flat")

    def use(words: str) -> None:
        put(words)
        dialog.close()

    async def draw() -> None:
        rows, me = await view.read(lambda s: (casework.canned_for(s, view.actor(s)), view.actor(s)))
        place.clear()
        with place:
            if not rows:
                ui.label("还没有常用语。在回复框里写好一段，再点“新写一条”，就从那段话开始。").classes("hint")
            for row in rows:
                _row(view, row, me, draw, use)

    await draw()
    dialog.open()


def _row(
    view: View, row: Canned, me: Staff, changed: Callable[[], Awaitable[None]], use: Callable[[str], None]
) -> None:
    with ui.element("div").classes("law").props(f'data-canned="{row.id}"'):
        with ui.element("div").on("click", lambda: use(row.text)).props('role="button" tabindex="0"'):
            ui.label(row.title + ("（公用）" if row.shared else "")).classes("law__label")
            ui.label(row.text).classes("item__text")
        if row.shared and not allowed(me, "canned_shared"):
            return
        with ui.element("div").classes("item__do"):
            ui.button("改", on_click=view.on(lambda: _write(view, row, changed))).props("flat dense")
            ui.button("删", on_click=view.on(lambda: _drop(view, row, changed))).props("flat dense")


async def _write(view: View, row: Canned | None, changed: Callable[[], Awaitable[None]], *, start: str = "") -> None:
    """A new one, or another text for one."""
    shares = await view.read(lambda s: allowed(view.actor(s), "canned_shared"))
    with ui.dialog() as dialog, ui.card().classes("form"):
        ui.label("改常用语" if row else "新写常用语").classes("panel__title")
        title = ui.input("名字（找它时看的）", value=row.title if row else "").props("outlined dense maxlength=60")
        text = ui.textarea("内容", value=row.text if row else start[:LONGEST])
        text.props(f"outlined dense autogrow maxlength={LONGEST}")
        shared = ui.switch("大家都能用", value=bool(row and row.shared))
        shared.set_visibility(shares)

        async def keep() -> None:
            known = row.id if row else None
            await view.write(
                lambda s: casework.save_canned(
                    s,
                    view.actor(s),
                    title=title.value or (text.value or "")[:12],
                    text=text.value or "",
                    shared=bool(shared.value),
                    canned_id=known,
                )
            )
            dialog.close()
            await changed()

        with ui.element("div").classes("form__do"):
            ui.button("取消", on_click=dialog.close).props("flat")
            ui.button("保存", on_click=view.once(keep)).props("unelevated")
    dialog.open()


def _drop(view: View, row: Canned, changed: Callable[[], Awaitable[None]]) -> None:
    async def drop(_: dict[str, str | None]) -> None:
        await view.write(lambda s: casework.drop_canned(s, view.actor(s), row.id))
        await changed()

    ask(view, f"删掉“{row.title}”？", drop, go="删掉", grave=True)
