"""Meetings face to face: who comes when (for lawyers and supervisors), and when each point receives people (for who sets it)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from nicegui import ui

from cases import appointments, staff, visiting
from cases.database import Session
from cases.visiting import VisitingHours
from desk.parts.meetings import Changed, call_off
from desk.shell import heading, shell
from desk.view import View, page
from knowledge.places import Place
from service import placekeeping
from service.accounts import AccountError
from service.casework import meetings
from service.casework.meetings import MINUTES, MOST_SEATS, Listed
from service.casework.office import office
from service.meeting_cards import day_words, moment

WEEKDAYS = {number: f"每周{name}" for number, name in enumerate("一二三四五六日", 1)}
ONE_DAY, SHUT = 0, -1
KINDS = WEEKDAYS | {ONE_DAY: "只是某一天", SHUT: "某一天不接待"}


@dataclass(frozen=True)
class Shown:
    """`places`: those that may receive people; `taken`: how many are booked at each point."""

    listed: list[Listed]
    names: dict[str, str]
    hours: list[VisitingHours]
    places: dict[str, Place]
    known: dict[str, Place]
    taken: dict[str, int]


@page("/appointments", "预约")
async def appointments_(view: View) -> None:
    """Meetings first, hours beside them."""
    sees, sets = view.may("call_off"), view.may("set_visits")
    with shell(view):
        heading("预约", "想当面谈的人在对话里自己约时间。这里排接待时间、看谁什么时候来；取消要写原因，本人会收到。")
        place = ui.element("div").classes("split" if sees and sets else "")

        async def changed() -> None:
            shown = await view.read(lambda s: _read(s, view))
            place.clear()
            with place:
                if sees:
                    _meetings(view, shown, changed)
                if sets:
                    _hours(view, shown, changed)

        await changed()


def _read(session: Session, view: View) -> Shown:
    listed = meetings.listed(session, view.actor(session))
    known = placekeeping.directory(session).places
    taken: dict[str, int] = {}
    for one in appointments.ahead(session):
        taken[one.place_id] = taken.get(one.place_id, 0) + 1
    return Shown(
        listed=listed,
        names=staff.names(session, [row.owner_id for row in listed]),
        hours=visiting.everywhere(session),
        places={id_: place for id_, place in known.items() if place.shown and place.address},
        known=known,
        taken=taken,
    )


def _meetings(view: View, shown: Shown, changed: Changed) -> None:
    with ui.element("section").classes("panel").props('data-list="meetings"'):
        ui.label(f"约好的（{len(shown.listed)}）").classes("panel__title")
        for row in shown.listed:
            one = row.appointment
            with ui.element("div").classes("item").props(f'data-meeting="{one.id}"'):
                ui.label(f"{moment(one.starts_at)}　{one.minutes} 分钟").classes("row-card__title")
                place = row.place.name if row.place else one.place_id
                warn = "" if row.place and row.place.shown else "（地址正在核实，请尽快处理）"
                ui.label(place + warn).classes("item__text")
                ui.label(f"{row.code} · {shown.names.get(row.owner_id or '', '还没有律师接手')}").classes("item__by")
                with ui.element("div").classes("item__do"):
                    with ui.element("a").props(f'href="/cases/{one.case_id}"'):
                        ui.label("打开案件")
                    ui.button("取消", on_click=view.on(lambda id_=one.id: call_off(view, id_, changed))).props(
                        'flat dense data-do="call-off"'
                    )
        if not shown.listed:
            ui.label("现在没有约好的见面。").classes("hint")


def _hours(view: View, shown: Shown, changed: Changed) -> None:
    with ui.element("div").classes("stack"):
        with ui.element("section").classes("panel").props('data-list="hours"'):
            ui.label("接待时间").classes("panel__title")
            for place_id in dict.fromkeys(row.place_id for row in shown.hours):
                place = shown.known.get(place_id)
                ui.label(place.name if place else place_id).classes("row-card__title")
                if place_id not in shown.places:
                    ui.label("地址没有核实：不会给人约，先去“服务点”核实。").classes("problem")
                if shown.taken.get(place_id):
                    ui.label(f"已经约出去 {shown.taken[place_id]} 次；删掉时间不会取消它们。").classes("hint")
                for row in shown.hours:
                    if row.place_id == place_id:
                        _hour(view, row, changed)
            if not shown.hours:
                ui.label("还没有排：想当面谈的人会被告知现在约不上。").classes("hint")
        with ui.element("section").classes("panel"):
            _form(view, shown, changed)


def _hour(view: View, row: VisitingHours, changed: Changed) -> None:
    async def remove() -> None:
        await view.write(lambda s: meetings.remove_hours(s, view.actor(s), row.id))
        await changed()

    with ui.element("div").classes("item").props(f'data-hours="{row.id}"'):
        when = day_words(row.day) if row.day else WEEKDAYS[row.weekday or 1]
        text = f"{when}　{row.opens:%H:%M}–{row.closes:%H:%M}" if row.opens and row.closes else f"{when}　不接待"
        ui.label(text).classes("item__text")
        if row.opens:
            ui.label(f"每次 {row.minutes} 分钟，同时 {row.seats} 人").classes("item__by")
        with ui.element("div").classes("item__do"):
            ui.button("删掉", on_click=view.once(remove)).props("flat dense")


def _form(view: View, shown: Shown, changed: Changed) -> None:
    today = view.runtime.clock.today()
    ui.label("加一段时间").classes("panel__title")
    if not shown.places:
        ui.label("还没有核实过地址的服务点。").classes("hint")
        return
    names = {id_: place.name for id_, place in shown.places.items()}
    where = ui.select(names, label="在哪里", value=next(iter(names)) if len(names) == 1 else None)
    kind = ui.select(KINDS, label="哪天", value=1)
    day = ui.input("日期").bind_visibility_from(kind, "value", backward=lambda value: value in (ONE_DAY, SHUT))
    first, last = ui.input("从", value="09:00"), ui.input("到", value="12:00")
    minutes = ui.select({n: f"{n} 分钟" for n in MINUTES}, label="每次", value=30)
    seats = ui.number("同时几个人", value=1, min=1, max=MOST_SEATS)
    for box, name, type_ in ((where, "place", ""), (kind, "kind", ""), (day, "day", "date"), (first, "opens", "time"),
                             (last, "closes", "time"), (minutes, "minutes", ""), (seats, "seats", "number")):  # fmt: skip
        box.props(f'outlined dense stack-label data-field="{name}"' + (f" type={type_}" if type_ else ""))
    for box in (first, last, minutes, seats):
        box.bind_visibility_from(kind, "value", backward=lambda value: value != SHUT)
    known = office().is_confirmed(today.replace(year=today.year + 1))
    ui.label(
        "每周的时间遇到法定节假日不开放；某一天单独排了，就只按那一天的。"
        + ("" if known else f"{today.year + 1} 年的放假安排还没有登记，那一年只开放单独排的日子。")
    ).classes("hint")

    async def add() -> None:
        values = _values(kind.value, day.value, first.value, last.value)
        number, people = int(minutes.value or 0), int(seats.value or 0)
        await view.write(
            lambda s: meetings.add_hours(s, view.actor(s), where.value or "", minutes=number, seats=people, **values)
        )
        await changed()

    ui.button("加上", on_click=view.once(add)).props('unelevated data-do="add-hours"')


def _values(kind: int, day: str | None, first: str | None, last: str | None) -> dict[str, Any]:
    """What the form says. Raises AccountError for a day or a time that is none."""
    try:
        values: dict[str, Any] = (
            {"day": date.fromisoformat(day or "")} if kind in (ONE_DAY, SHUT) else {"weekday": kind}
        )
    except ValueError:
        raise AccountError("请选日期") from None
    if kind == SHUT:
        return values
    try:
        return values | {"opens": time.fromisoformat(first or ""), "closes": time.fromisoformat(last or "")}
    except ValueError:
        raise AccountError("请填好开始和结束的时间，如 09:00") from None
