"""The supervisor's board: what waits, whether promises are kept, who carries how much; numbers only, and a table to save."""

from __future__ import annotations

import csv
import io
from typing import Any

from nicegui import ui

from cases.status import LABELS
from desk.labels import STREETS, ago, topic_label
from desk.shell import heading, shell
from desk.view import View, page
from service import casework
from service.casework import Board

INK, MAIN, SEAL, LINE = "#4a626c", "#0e5a6e", "#b9401a", "#d3dee1"


@page("/board", "总览")
async def board(view: View) -> None:
    """Tiles and charts of the last 30 days; drawn again when numbers change."""
    with shell(view):
        heading("总览", "最近 30 天。这里只有数目，没有任何人的姓名和原话。")
        with ui.element("div").classes("toolbar"), ui.element("a").classes("save").props('href="/board.csv" download'):
            ui.icon("download")
            ui.label("导出表格（CSV）")
        place = ui.element("div")
        shown: list[Board] = []

        async def refresh() -> None:
            found = await view.read(lambda session: casework.board(session, view.actor(session)))
            if shown != [found]:
                shown[:] = [found]
                place.clear()
                with place:
                    _draw(found, view)

        await refresh()
        view.live(refresh)


def _draw(found: Board, view: View) -> None:
    kept, answered = found.promise
    alone, talks = found.unaided
    stars, rated = found.stars
    waiting = found.by_status.get("queued", 0)
    oldest = f"最久 {ago(found.oldest_waiting, view.runtime.clock.now())}" if found.oldest_waiting else "没有人在等"
    tiles = (
        (str(waiting), "排队的案件", oldest, False),
        (str(found.overdue), "超过承诺还没回复", "", found.overdue > 0),
        (share(kept, answered), "按承诺时间回复", f"{answered} 件已回复", False),
        (share(alone, talks), "不用律师就答完", f"{talks} 次对话", False),
        (f"{stars:.1f}" if stars is not None else "—", "满意度（5 星）", f"{rated} 人评价", False),
    )
    with ui.element("div").classes("tiles"):
        for value, name, note, bad in tiles:
            with ui.element("div").classes("tile" + (" tile--bad" if bad else "")):
                ui.label(value).classes("tile__value")
                ui.label(name).classes("tile__name")
                if note:
                    ui.label(note).classes("tile__note")
    with ui.element("div").classes("charts"):
        _chart("每天新开与办结", _lines(found))
        _chart("每位律师手上的案件", _load(found))
        _chart("在办案件的话题", _bars({topic_label(k): v for k, v in found.by_topic.items()}))
        _chart("在办案件的街道", _bars({STREETS.get(k, k): v for k, v in found.by_street.items()}))


def share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "—"


def _chart(title: str, options: dict[str, Any]) -> None:
    with ui.element("section").classes("panel"):
        ui.label(title).classes("panel__title")
        if not options["yAxis"].get("data", True) and options["yAxis"]["type"] == "category":
            ui.label("还没有数据").classes("hint")
            return
        ui.echart(options | {"animation": False, "textStyle": {"fontFamily": "inherit", "color": INK}}).classes("chart")


def _lines(found: Board) -> dict[str, Any]:
    days = [f"{day:%m-%d}" for day, _, _ in found.per_day]
    series = [
        {"name": name, "type": "bar",  "barMaxWidth": 10, "data": [row[at] for row in found.per_day], "color": colour}
        for name, at, colour in (("新开", 1, SEAL), ("办结", 2, MAIN))
    ]  # fmt: skip
    return {
        "grid": {"left": 34, "right": 12, "top": 34, "bottom": 26},
        "legend": {"top": 0, "right": 0},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": days, "axisLine": {"lineStyle": {"color": LINE}}},
        "yAxis": {"type": "value", "minInterval": 1, "splitLine": {"lineStyle": {"color": "#eef3f4"}}},
        "series": series,
    }


def _bars(counts: dict[str, int]) -> dict[str, Any]:
    rows = sorted(counts.items(), key=lambda row: row[1])[-8:]
    return _horizontal([name for name, _ in rows], [{"type": "bar", "data": [n for _, n in rows], "color": MAIN}])


def _load(found: Board) -> dict[str, Any]:
    rows = sorted(found.load, key=lambda row: row[1])[-10:]
    series: list[dict[str, Any]] = [
        {"name": "手上", "type": "bar", "data": [n for _, n, _ in rows], "color": MAIN},
        {"name": "上限", "type": "bar", "data": [most for *_, most in rows], "color": LINE, "barGap": "-100%", "z": 1},
    ]
    return _horizontal([name for name, _, _ in rows], series)


def _horizontal(names: list[str], series: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "grid": {"left": 10, "right": 30, "top": 6, "bottom": 8, "containLabel": True},
        "tooltip": {},
        "xAxis": {"type": "value", "minInterval": 1, "splitLine": {"lineStyle": {"color": "#eef3f4"}}},
        "yAxis": {"type": "category", "data": names, "axisTick": {"show": False}, "axisLine": {"lineStyle": {"color": LINE}}},
        "series": [{"barMaxWidth": 18, "z": 2, **one} for one in series],
    }  # fmt: skip


def as_csv(found: Board) -> str:
    """The same numbers as a table; a byte order mark, so that spreadsheets read the Chinese."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["类别", "项目", "数目"])
    rows: list[tuple[str, str, object]] = [("状态", LABELS[k], n) for k, n in found.by_status.items()]  # type: ignore[index]
    rows += [("话题", topic_label(k), n) for k, n in found.by_topic.items()]
    rows += [("街道", STREETS.get(k, k), n) for k, n in found.by_street.items()]
    rows += [("律师手上", name, n) for name, n, _ in found.load]
    rows += [
        ("承诺", "按时回复", found.promise[0]),
        ("承诺", "已回复", found.promise[1]),
        ("承诺", "超时未回复", found.overdue),
    ]
    rows += [("对话", "没有转律师", found.unaided[0]), ("对话", "全部", found.unaided[1])]
    rows += [("满意度", "平均星", found.stars[0] or ""), ("满意度", "评价人数", found.stars[1])]
    rows += [("新开", str(day), n) for day, n, _ in found.per_day] + [
        ("办结", str(day), n) for day, _, n in found.per_day
    ]
    table.writerows([kind, _plain(name), number] for kind, name, number in rows)
    return "\ufeff" + out.getvalue()


def _plain(name: str) -> str:
    """A name that a spreadsheet would run as a formula stays text."""
    return f"'{name}" if name[:1] in "=+-@\t\r" else name
