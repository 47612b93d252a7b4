"""One service point: its facts as a form, and everything that was changed in it."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from cases import places as store
from cases import staff
from cases.database import Session
from cases.errors import CaseNotFoundError, InputError
from desk.labels import moment
from desk.pages.places import chip, when
from desk.shell import shell
from desk.view import View, page
from knowledge.places import Directory, Place
from knowledge.places.table import COORDINATES, as_row
from service import placekeeping
from service.placekeeping import KINDS, NAMES, STATUS, Change

NEW = "new"
HELP = {
    "id": "如 legal-aid.minzhi，定了不能改",
    "phone": "只写数字和连字符",
    "hours": "1-5 09:00-12:00; 1-5 14:00-18:00",
    "source": "官网、公告，或“电话核实”“到现场看过”，谁核实的",
}
SYSTEMS = {
    "": "没有坐标",
    "gcj02": "高德、腾讯、微信（gcj02）",
    "wgs84": "手机定位、GPS（wgs84）",
}


@page("/places/{place_id}", "服务点")
async def place(view: View) -> None:
    """The form at the left, the history at the right."""
    id_ = view.params["place_id"]
    known, seen, changes, names = await view.read(lambda s: _read(s, id_))
    found = known.places.get(id_)
    if found is None and id_ != NEW:
        raise CaseNotFoundError
    with shell(view):
        PlacePage(view, known, found, seen).draw(changes, names)


def _read(session: Session, id_: str) -> tuple[Directory, int, list[Change], dict[str, str]]:
    changes = placekeeping.history(session, id_)
    names = staff.names(session, [change.staff_id for change in changes])
    return placekeeping.directory(session), store.revision(session, id_), changes, names


class PlacePage:
    def __init__(self, view: View, known: Directory, found: Place | None, seen: int) -> None:
        self.view, self.known, self.found, self.seen = view, known, found, seen
        self.row = as_row(found) if found else {"status": "unconfirmed"}
        self.boxes: dict[str, Any] = {}

    def draw(self, changes: list[Change], names: dict[str, str]) -> None:
        today = self.view.runtime.clock.today()
        with ui.element("div").classes("head"):
            with ui.element("a").classes("head__back").props('href="/places" aria-label="回到服务点"'):
                ui.icon("arrow_back")
            ui.label(self.found.name if self.found else "新增服务点").classes("head__title")
            if self.found:
                ui.label(when(self.found, today)).classes(f"chip {chip(self.found, today)}")
            with ui.element("div").classes("head__do"):
                ui.button("保存", on_click=self.view.once(self._save)).props(
                    'unelevated dense padding="5px 18px" data-do="save"'
                )
        with ui.element("div").classes("split"):
            with ui.element("section").classes("panel"):
                self._form(today.isoformat())
            with ui.element("section").classes("panel").props('data-shown="history"'):
                ui.label("改动记录").classes("panel__title")
                for change in changes:
                    with ui.element("div").classes("item"):
                        for line in change.lines:
                            ui.label(line).classes("item__text")
                        by = f"{names.get(change.staff_id, '')} · {moment(change.at)} · 第 {change.revision} 次"
                        ui.label(by).classes("item__by")
                if not changes:
                    ui.label("还没有在工作台改过，现在的内容来自文件。").classes("hint")

    def _form(self, today: str) -> None:
        kinds = KINDS | {place.kind: KINDS.get(place.kind, place.kind) for place in self.known.places.values()}
        with ui.element("div").classes("pair"):
            self._box("name")
            self._box("id", readonly=self.found is not None)
            self._pick("kind", kinds)
        matters = {matter.id: matter.label for matter in self.known.matters.values()}
        chosen = [m for m in self.row.get("matters", "").split() if m in matters]
        self.boxes["matters"] = ui.select(matters, label=NAMES["matters"], multiple=True, value=chosen)
        self.boxes["matters"].props('outlined dense use-chips data-field="matters"').classes("field")
        with ui.element("div").classes("pair"):
            self._box("address")
            self._pick("street", {"": "全区"} | {s.id: s.label for s in self.known.streets.values()})
            self._box("phone")
        self._box("hours")
        self.boxes["always_open"] = ui.switch("全天开放", value=bool(self.row.get("always_open")))
        with ui.element("div").classes("pair"):
            self._pick("system", SYSTEMS, label="坐标来自")
            self._box("latitude", "纬度")
            self._box("longitude", "经度")
        self._box("note")
        ui.label("怎么核实的").classes("panel__title")
        with ui.element("div").classes("pair"):
            self._box("source")
            self._pick("status", STATUS)
            self._box("source_date", kind="date")
        self._box("verified_on", kind="date")
        self.boxes["verified_on"].value = today
        ui.label("没有核实的点，地址、电话、时间、坐标都要空着，也不会给人看；核实到了再填上，改状态。").classes("hint")
        self.told = ui.element("div").classes("stack").props('data-shown="problems" aria-live="polite"')

    def _box(self, name: str, label: str = "", *, readonly: bool = False, kind: str = "text") -> None:
        box = ui.input(label or NAMES[name], value=self.row.get(name, "")).classes("field")
        hint = f' hint="{HELP[name]}"' if name in HELP and not readonly else ""
        box.props(
            f'outlined dense type={kind} data-field="{name}"{hint}'
            + (" readonly" if readonly else "")
            + (" stack-label" if kind == "date" else "")
        )
        self.boxes[name] = box

    def _pick(self, name: str, choices: dict[str, str], *, label: str = "") -> None:
        value = self.row.get(name, "")
        pick = ui.select(choices, label=label or NAMES[name], value=value if value in choices else None)
        pick.props(f'outlined dense data-field="{name}"').classes("field")
        self.boxes[name] = pick

    async def _save(self) -> None:
        row = {name: str(box.value or "").strip() for name, box in self.boxes.items() if name != "matters"}
        row["matters"] = " ".join(self.boxes["matters"].value or ())
        row["always_open"] = "true" if self.boxes["always_open"].value else ""
        if not row["system"]:
            row |= dict.fromkeys(COORDINATES, "")
        seen = self.seen if self.found else None
        self.told.clear()
        try:
            await self.view.write(lambda s: placekeeping.save(s, self.view.actor(s), row, seen=seen))
        except InputError as error:
            with self.told:
                for line in str(error).splitlines():
                    ui.label(line).classes("problem")
            return
        ui.notify("保存好了，几秒内生效", type="positive")
        ui.navigate.to("/places")
