"""The duty roster: who is called when somebody is in danger outside office hours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from nicegui import ui

from cases import duty as roster
from cases import staff
from cases.database import Session
from cases.duty import Shift
from cases.staff import Staff
from desk.labels import moment
from desk.shell import heading, shell
from desk.view import View, page
from service import casework
from service.accounts import AccountError
from settings.clock import SHANGHAI

Changed = Callable[[], Awaitable[None]]
AHEAD = timedelta(days=60)


@page("/duty", "值班")
async def duty(view: View) -> None:
    """Shifts from now on, and a form for the next one."""
    people = await view.read(lambda s: [m for m in staff.everyone(s) if m.role in ("lawyer", "supervisor")])
    with shell(view):
        heading("值班", "夜里和节假日有人遇到危险时，提醒值班的人。没有排班，小法会照实告诉对方现在没有律师看得到。")
        with ui.element("div").classes("split"):
            place = ui.element("div").classes("rows")

            async def changed() -> None:
                rows = await view.read(lambda s: _rows(s, view))
                place.clear()
                with place:
                    _draw(view, rows, {m.id: m.name for m in people}, changed)

            await changed()
            with ui.element("section").classes("panel"):
                _form(view, people, changed)


def _rows(session: Session, view: View) -> list[Shift]:
    view.actor(session)
    return roster.between(session, session.now, session.now + AHEAD)


def _draw(view: View, rows: list[Shift], names: dict[str, str], changed: Changed) -> None:
    if not rows:
        with ui.element("div").classes("empty"):
            ui.label("还没有排班").classes("empty__title")
    for row in rows:
        with ui.element("div").classes("row-card"):
            with ui.element("div").classes("row-card__main"):
                ui.label(names.get(row.staff_id, "已离职")).classes("row-card__title")
                ui.label(f"{moment(row.starts_at)} 到 {moment(row.ends_at)}").classes("hint")

            async def remove(id_: int = row.id) -> None:
                await view.write(lambda s: casework.remove_duty(s, view.actor(s), id_))
                await changed()

            ui.button("删除", on_click=view.once(remove)).props("flat dense")


def _form(view: View, people: list[Staff], changed: Changed) -> None:
    ui.label("排一班").classes("panel__title")
    who = ui.select({m.id: m.name for m in people}, label="谁").props("outlined dense")
    first = ui.input("从").props("outlined dense type=datetime-local stack-label")
    last = ui.input("到").props("outlined dense type=datetime-local stack-label")

    async def add() -> None:
        try:
            starts, ends = (datetime.fromisoformat(box.value or "").replace(tzinfo=SHANGHAI) for box in (first, last))
        except ValueError:
            raise AccountError("请填好开始和结束的时间") from None
        if not who.value:
            raise AccountError("请选值班的人")
        await view.write(lambda s: casework.set_duty(s, view.actor(s), who.value, starts, ends))
        await changed()

    ui.button("排上", on_click=view.once(add)).props("unelevated")
