"""Who registered for which lecture: to call them when time and place are fixed, and to delete whoever asks for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from cases import audit, registrations
from cases.database import Session
from cases.registrations import Registration
from desk.labels import moment
from desk.shell import heading, shell
from desk.view import View, page
from knowledge.lectures import Lecture, load_lectures
from service.casework.views import masked

Changed = Callable[[], Awaitable[None]]


@page("/lectures", "讲座")
async def lectures(view: View) -> None:
    """Every lecture with its list, drawn again when somebody registers."""
    with shell(view):
        heading(
            "讲座",
            "企业讲座的登记。姓名、电话默认遮住，点“显示”会留下记录，只用来通知时间地点；本人要删，按“删除”，马上删掉。",
        )
        with (
            ui.element("div").classes("toolbar"),
            ui.element("a").classes("save").props('href="/lectures.csv" download'),
        ):
            ui.icon("download")
            ui.label("导出名单（CSV）")
        place = ui.element("div").classes("rows")
        shown: list[tuple[list[tuple[Lecture, list[Registration]]], set[str]]] = []
        open_: set[str] = set()  # ids of those looked at on this page

        async def refresh() -> None:
            found = await view.read(lambda session: _rows(session, view))
            if shown != [(found, open_)]:
                shown[:] = [(found, set(open_))]
                place.clear()
                with place:
                    for lecture, rows in found:
                        _draw(view, lecture, rows, open_, refresh)

        await refresh()
        view.live(refresh)


def _rows(session: Session, view: View) -> list[tuple[Lecture, list[Registration]]]:
    view.actor(session)
    return [(lecture, registrations.of_lecture(session, lecture.id)) for lecture in load_lectures().values()]


def _draw(view: View, lecture: Lecture, rows: list[Registration], open_: set[str], changed: Changed) -> None:
    when = f"{lecture.session.on} {lecture.session.place}" if lecture.session else "时间地点还没定"
    with ui.element("section").classes("panel"):
        ui.label(f"{lecture.title}：{len(rows)} 份登记，{sum(row.heads for row in rows)} 人").classes("panel__title")
        ui.label(when).classes("hint")
        for row in rows:
            with ui.element("div").classes("row-card"):
                with ui.element("div").classes("row-card__main"):
                    who = {"name": row.name, "phone": row.phone}
                    seen = who if row.id in open_ else masked(who) or {}
                    ui.label(f"{seen['name']}　{seen['phone']}　{row.heads} 人").classes("row-card__title")
                    ui.label(f"{row.company or '没写单位'} · {moment(row.created_at)}").classes("hint")

                async def reveal(id_: str = row.id) -> None:
                    await view.write(lambda s: _look(s, view, id_))
                    open_.add(id_)
                    await changed()

                async def remove(id_: str = row.id) -> None:
                    await view.write(lambda s: _remove(s, view, id_))
                    await changed()

                if row.id not in open_:
                    ui.button("显示", on_click=view.once(reveal)).props('flat dense title="显示姓名和电话，会留下记录"')
                ui.button("删除", on_click=view.once(remove)).props("flat dense")


def _look(session: Session, view: View, id_: str) -> None:
    audit.record(session, "registration_looked_at", actor=view.actor(session).id, subject=id_)


def _remove(session: Session, view: View, id_: str) -> None:
    actor = view.actor(session)
    if registrations.remove(session, id_):
        audit.record(session, "registration_removed", actor=actor.id)
