"""The frame of every page: brand, navigation by role, alerts, who is signed in, keyboard help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from nicegui import ui

from desk.access import DOORS
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
    with ui.element("header").classes("top"), ui.element("div").classes("top__in"):
        with ui.element("a").classes("brand").props('href="/sign-in"'):
            ui.label("小法").classes("seal")
            ui.label("律师工作台").classes("brand__desk")
        with ui.element("nav").classes("nav").props('aria-label="主要页面"'):
            for door in doors:
                here = door.path == view.path or (door.path == "/" and view.path.startswith("/cases"))
                link = ui.element("a").classes("nav__link").props(f'href="{door.path}" data-key="{door.key}"')
                if here or (door.path in ("/editor", "/places") and view.path.startswith(door.path)):
                    link.classes("nav__link--here").props('aria-current="page"')
                with link:
                    ui.icon(door.icon).classes("nav__icon")
                    ui.label(door.label)
        with ui.element("div").classes("top__who"):
            sound = (
                ui.element("button")
                .classes("top__btn")
                .props('type="button" data-do="sound" aria-label="提示音" title="提示音"')
            )
            with sound:
                ui.icon("volume_up")
            help_ = (
                ui.element("button")
                .classes("top__btn top__help")
                .props('type="button" aria-label="键盘快捷键" title="键盘快捷键（?）"')
            )
            with help_:
                ui.icon("keyboard")
            with ui.element("a").classes("top__me").props('href="/account" title="我的账号"'):
                ui.label(view.who.name)
                ui.label(ROLE_NAMES[view.who.role]).classes("top__role")
            with ui.element("form").props('method="post" action="/sign-out"'):
                ui.element("input").props(f'type="hidden" name="csrf" value="{view.who.csrf}"')
                with ui.element("button").classes("top__btn").props('type="submit" aria-label="退出" title="退出"'):
                    ui.icon("logout")
    _keyboard_help(help_, doors)
    with ui.element("main").classes("main main--wide" if wide else "main").props('id="main"'):
        yield


def _head() -> None:
    ui.add_head_html('<link rel="stylesheet" href="/static/desk.css"><script defer src="/static/desk.js"></script>')


def _keyboard_help(opener: ui.element, doors: list) -> None:  # type: ignore[type-arg]
    rows = (*KEYS, *((f"g 然后 {door.key}", f"去“{door.label}”") for door in doors))
    listed = "".join(f"<dt>{escape(key)}</dt><dd>{escape(meaning)}</dd>" for key, meaning in rows)
    with ui.element("dialog").classes("keys").props('id="keys"'):
        ui.label("键盘快捷键").classes("keys__title")
        ui.html(listed, sanitize=False, tag="dl").classes("keys__list")  # one element: it is on every page
    opener.props("onclick=\"document.getElementById('keys').showModal()\"")


def heading(title: str, lead: str = "") -> None:
    """The page's own title and one sentence under it."""
    with ui.element("div").classes("heading"):
        with ui.element("h1").classes("heading__title"):
            ui.label(title)
        if lead:
            ui.label(lead).classes("heading__lead")
