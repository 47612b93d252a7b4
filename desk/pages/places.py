"""The service points: what must be checked again first, and the way to put it right."""

from __future__ import annotations

from datetime import date

from nicegui import events, ui

from cases import places as store
from cases.database import Session
from cases.errors import InputError
from desk.shell import heading, shell
from desk.view import View, page
from knowledge.places import Directory, Place
from service import placekeeping
from service.accounts import AccountError

LARGEST = 1_000_000  # bytes of a table


@page("/places", "服务点")
async def places(view: View) -> None:
    """Two lists: to be checked again, and the rest."""
    known, revisions = await view.read(_read)
    today = view.runtime.clock.today()
    due = placekeeping.to_check(known, today)
    rest = sorted((place for place in known.places.values() if place not in due), key=lambda place: place.id)
    with shell(view):
        heading(
            "服务点",
            "居民问“去哪里办”，只告诉他核实过的。没核实的、超过 90 天没再核实的排在前面；改完几秒内就生效，每次改动都留着。",
        )
        with ui.element("div").classes("toolbar"):
            ui.button("新增服务点", icon="add", on_click=lambda: ui.navigate.to("/places/new")).props("unelevated")
            ui.button("从表格导入", icon="upload_file", on_click=view.on(lambda: _import(view))).props("outline")
            ui.label(f"共 {len(known.places)} 个，该核实 {len(due)} 个").classes("toolbar__count")
        with ui.element("div").classes("rows").props('data-list="due"'):
            for place in due:
                _row(view, known, place, today, revisions.get(place.id, 0))
        if not due:
            ui.label("没有该核实的。").classes("fine")
        with ui.element("h2").classes("panel__title").style("margin:22px 0 8px"):
            ui.label("其余的")
        with ui.element("div").classes("rows").props('data-list="rest"'):
            for place in rest:
                _row(view, known, place, today, revisions.get(place.id, 0))


def _read(session: Session) -> tuple[Directory, dict[str, int]]:
    return placekeeping.directory(session), {entry.place_id: entry.revision for entry in store.published(session)}


def _row(view: View, known: Directory, place: Place, today: date, seen: int) -> None:
    async def verify() -> None:
        await view.write(lambda s: placekeeping.verify(s, view.actor(s), place.id, seen=seen))
        ui.navigate.reload()

    off = "" if place.shown else " row-card--off"
    with ui.element("div").classes("row-card" + off).props(f'data-place="{place.id}"'):
        with ui.element("div").classes("row-card__main"):
            ui.label(place.name).classes("row-card__title")
            matters = "、".join(known.matters[m].label for m in place.matters if m in known.matters)
            ui.label(" · ".join(filter(None, (place.address or "没有地址", place.phone, matters)))).classes("hint")
            ui.label(f"来源：{place.source}（{place.source_date}）").classes("hint")
        ui.label(when(place, today)).classes(f"chip {chip(place, today)}")
        if place.shown:
            ui.button("照旧，今天核实过", on_click=view.once(verify)).props('flat dense data-do="verify"')
        with ui.element("a").classes("save").props(f'href="/places/{place.id}"'):
            ui.label("修改")


def when(place: Place, today: date) -> str:
    """How sure we are of it, in a few words."""
    if place.status == "closed":
        return "已撤销"
    if place.status == "unconfirmed":
        return "没有核实"
    days = (today - place.verified_on).days
    return "今天核实" if days == 0 else f"{days} 天前核实"


def chip(place: Place, today: date) -> str:
    if place.status == "unconfirmed":
        return "chip--bad"
    return "chip--soon" if place.due(today) else "chip--good" if place.shown else ""


def _import(view: View) -> None:
    with ui.dialog() as dialog, ui.card().classes("form"):
        ui.label("从表格导入").classes("panel__title")
        ui.label(
            "CSV 表，第一行是字段名，写法见 docs/places.md。只加新的点；有一行不对就一行都不写，逐行告诉您哪里不对。"
        ).classes("hint")
        told = ui.element("div").classes("stack").props('data-shown="problems"')

        async def take(event: events.UploadEventArguments) -> None:
            told.clear()
            data = await event.file.read()
            try:
                number = await view.write(lambda s: placekeeping.import_table(s, view.actor(s), data))
            except InputError as error:
                with told:
                    for line in str(error).splitlines()[:50]:
                        ui.label(line).classes("problem")
                return
            dialog.close()
            ui.notify(f"导入了 {number} 个服务点", type="positive")
            ui.navigate.reload()

        def too_large() -> None:
            raise AccountError("文件太大了：一次最多 1 MB，请分开导入")

        ui.upload(
            label="选 CSV 文件", auto_upload=True, max_file_size=LARGEST, on_upload=view.once(take),
            on_rejected=view.on(too_large),
        ).props("accept=.csv flat bordered").classes("field")  # fmt: skip
        with ui.element("div").classes("form__do"):
            ui.button("关闭", on_click=dialog.close).props("flat")
    dialog.open()
