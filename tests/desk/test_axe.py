"""WCAG 2.2 AA at the desk, as axe sees it: signing in, the queue, a case."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

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
        assert violations(wang.page) == []
        wang.open(f"/cases/{desk.cases['丙'].id}", '[data-do="claim"]')
        assert violations(wang.page) == []
