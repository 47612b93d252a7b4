"""A request for mediation at the desk: seen as what it is in the queue, found by its kind, named on its page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.desk.conftest import Served
from tests.desk.page import staff_at
from tests.web.page import DESKTOP, PHONE, SCREENSHOTS


@pytest.mark.parametrize(("size", "name"), [(DESKTOP, "1280"), (PHONE, "390")])
def test_the_queue_shows_and_filters_the_kind(desk: Served, browser: Browser, size: dict[str, int], name: str) -> None:
    if "庚" not in desk.cases:
        desk.says("庚", "楼上半夜太吵，想找人调解")
        desk.opens("庚", kind="mediation", topic="property", title="楼上半夜太吵", street="minzhi")
    case = desk.cases["庚"].id
    with staff_at(browser, desk.url, "wang", viewport=size) as wang:
        wang.open("/")
        expect(wang.rows).to_have_count(6)
        expect(wang.page.locator(f'[data-case="{case}"]').get_by_text("调解", exact=True)).to_be_visible()
        expect(wang.page.locator("[data-case]").get_by_text("调解", exact=True)).to_have_count(1)
        wang.shot(SCREENSHOTS / f"desk-mediation-queue-{name}.png")
        wang.page.get_by_text("全部种类").click()
        wang.page.get_by_role("option", name="调解").click()
        expect(wang.rows).to_have_count(1)
        expect(wang.rows).to_have_attribute("data-case", case)
        assert wang.fits()
        wang.shot(SCREENSHOTS / f"desk-mediation-filtered-{name}.png")
        wang.open(f"/cases/{case}")
        expect(wang.page.locator('[data-box="kind"]')).to_have_text("调解")
        wang.shot(SCREENSHOTS / f"desk-mediation-case-{name}.png")
        wang.open(f"/cases/{desk.cases['丙'].id}")
        expect(wang.page.locator('[data-box="kind"]')).to_have_count(0)
