"""What calls for somebody: each alert acknowledged by hand, or it goes on to the supervisor."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from cases import alerts as calls
from cases.alerts import Alert
from desk.labels import moment
from desk.shell import heading, shell
from desk.view import View, page
from service import casework


@page("/alerts", "提醒")
async def alerts(view: View) -> None:
    """One's own open alerts, newest first; live."""
    with shell(view):
        heading("提醒", "点“知道了”表示您会处理。到时间没人点，会转给主管。")
        place = ui.element("div").classes("rows").props('aria-live="polite"')
        shown: list[Alert] = []

        async def refresh(*, first: bool = False) -> None:
            rows = await view.read(lambda session: calls.unacknowledged(session, view.actor(session).id))
            if rows == shown and not first:
                return
            if len(rows) > len(shown) and not first:
                ui.run_javascript("deskNews(1)")
            shown[:] = rows
            place.clear()
            with place:
                _draw(view, rows, refresh)

        await refresh(first=True)
        view.live(refresh)


def _draw(view: View, rows: list[Alert], changed: Any) -> None:
    if not rows:
        with ui.element("div").classes("empty"):
            ui.label("没有待确认的提醒").classes("empty__title")
    for row in rows:
        with ui.element("div").classes("row-card"):
            with ui.element("div").classes("row-card__main"):
                ui.label(row.text).classes("row-card__title")
                ui.label(moment(row.created_at) + ("　已升级" if row.escalated_at else "")).classes("hint")
            if row.case_id:
                with ui.element("a").props(f'href="/cases/{row.case_id}"'):
                    ui.label("看案件")

            async def know(id_: int = row.id) -> None:
                await view.write(lambda session: casework.acknowledge(session, id_, view.actor(session)))
                await changed()

            ui.button("知道了", on_click=view.on(know)).props("unelevated dense padding='5px 14px'")
