"""WCAG 2.2 AA at the desk, as axe sees it: signing in and every page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from settings import PROJECT_ROOT
from tests.desk.conftest import Served
from tests.desk.page import staff_at
from tests.web.axe import violations
from tests.web.page import DESKTOP, PHONE


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_at_the_desk(desk: Served, browser: Browser, size: dict[str, int]) -> None:
    with browser.new_context(viewport=size, locale="zh-CN") as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{desk.url}/sign-in")
        assert violations(page) == []
    with staff_at(browser, desk.url, "wang") as wang:
        wang.page.set_viewport_size(size)  # type: ignore[arg-type]
        wang.open("/")
        assert violations(wang.page) == []
        wang.open(f"/cases/{desk.cases['丙'].id}", '[data-do="claim"]')
        assert violations(wang.page) == []


PAGES = {
    "chen": ("/board", "/monthly", "/appointments", "/places", "/places/court.longhua", "/places/new", "/duty", "/alerts",
             "/account", "/lectures", "/editor", "/code"),
    "admin": ("/status", "/staff", "/places"),
    "zhao": ("/editor", "/law-watch", "/lectures"),
}  # fmt: skip


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("login", PAGES)
def test_axe_finds_nothing_on_the_pages_of_staff(
    desk: Served, browser: Browser, login: str, size: dict[str, int]
) -> None:
    found: dict[str, list[str]] = {}
    with staff_at(browser, desk.url, login, size) as one:
        for path in PAGES[login]:
            one.open(path)
            one.page.wait_for_timeout(500)  # what comes over the socket is there
            found[path] = violations(one.page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_no_page_of_the_desk_is_left_out() -> None:
    """Every page that is registered is looked at here."""
    source = "".join(path.read_text("utf-8") for path in (PROJECT_ROOT / "desk" / "pages").glob("*.py"))
    registered = set(re.findall(r'@page\("(/[^"{]*)', source))
    looked_at = {path for paths in PAGES.values() for path in paths} | {"/", "/cases/", "/editor/drafts/"}
    assert {path for path in registered if not any(each.startswith(path) for each in looked_at)} == set()
