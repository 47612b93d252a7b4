"""Somebody is at the window with a code: to their case, or to the wish they left without a trace."""

from __future__ import annotations

from nicegui import ui

from desk.labels import moment
from desk.shell import heading, shell
from desk.view import View, page
from service import casework


@page("/code", "编号")
async def code(view: View) -> None:
    with shell(view):
        heading("编号", "本人拿着编号来窗口：查到案件，或他不留痕时留下的一句愿望。查看愿望会留下记录。")
        with ui.element("section").classes("panel form"):
            box = ui.input("案件编号（如 LH-7K3M-9Q2P）").props('outlined dense autofocus maxlength=40 data-box="code"')
            place = ui.element("div").props('aria-live="polite"')

            async def look() -> None:
                text = box.value or ""
                found = await view.write(lambda s: casework.find_by_code(s, text, view.actor(s)))
                if found and found.case_id:
                    ui.navigate.to(f"/cases/{found.case_id}")
                    return
                place.clear()
                with place:
                    if found is None:
                        ui.label("没有这个编号。请对一下字母和数字；存够期限的已经删除。").classes("problem")
                        return
                    ui.label(f"{moment(found.since)} 留下的愿望（不留痕，别的都没有存）").classes("hint")
                    ui.label(found.wish).classes("item__text").props('data-shown="wish"')

            box.on("keydown.enter", view.on(look))
            with ui.element("div").classes("form__do"):
                ui.button("查", on_click=view.on(look)).props('unelevated data-do="find"')
