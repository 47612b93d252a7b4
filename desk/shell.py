"""The frame of every page: brand, navigation by role, alerts, who is signed in, keyboard help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from desk.access import DOORS, Door
from desk.templates import TEMPLATES
from desk.view import View
from service.accounts import ROLE_NAMES

KEYS = (
    ("?", "显示或关闭这张表"),
    ("j / k", "下一个、上一个案件"),
    ("Enter", "打开选中的案件"),
    ("c", "接下选中的（或正在看的）案件"),
    ("r", "写回复"),
    ("n", "写内部备注"),
    ("i", "插入法条"),
    ("/", "到筛选框"),
    ("Ctrl + Enter", "发送正在写的"),
    ("Esc", "离开输入框"),
)


@contextmanager
def shell(view: View, *, wide: bool = False) -> Iterator[None]:
    """Everything inside stands in the page's main part."""
    ui.colors(
        primary="#0e5a6e",
        secondary="#4a626c",
        accent="#b9401a",
        negative="#9b1c2c",
        positive="#0b6144",
        warning="#e6a52e",
    )
    _head()
    doors = [door for door in DOORS if door.label and view.who.role in door.roles]
    # One piece of HTML: as elements of their own, what is on every page cost more than the pages.
    ui.html(_frame(view, doors), sanitize=False, tag="header").classes("top")
    with ui.element("main").classes("main main--wide" if wide else "main").props('id="main"'):
        yield


def _head() -> None:
    ui.add_head_html('<link rel="stylesheet" href="/static/desk.css"><script defer src="/static/desk.js"></script>')


def _frame(view: View, doors: list[Door]) -> str:
    def here(door: Door) -> bool:
        within = door.path in ("/editor", "/places") and view.path.startswith(door.path)
        return door.path == view.path or (door.path == "/" and view.path.startswith("/cases")) or within

    keys = (*KEYS, *((f"g 然后 {door.key}", f"去“{door.label}”") for door in doors))
    links = [(door, here(door)) for door in doors]
    return TEMPLATES.get_template("frame.html").render(
        who=view.who, role=ROLE_NAMES[view.who.role], links=links, keys=keys
    )


def heading(title: str, lead: str = "") -> None:
    """The page's own title and one sentence under it."""
    with ui.element("div").classes("heading"):
        with ui.element("h1").classes("heading__title"):
            ui.label(title)
        if lead:
            ui.label(lead).classes("heading__lead")
