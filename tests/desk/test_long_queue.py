"""More cases wait than a screen shows: thirty rows, the others when asked for; the filter looks in all of them."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from desk.pages.queue import DRAWN
from tests.desk.conftest import Served
from tests.desk.page import staff_at


def test_the_rest_of_a_long_queue_is_one_click_away(desk: Served, browser: Browser) -> None:
    for number in range(DRAWN):
        desk.says(f"长{number}", "房东不退押金")
        desk.opens(f"长{number}", topic="renting", title="押金", street="guanlan" if number == DRAWN - 1 else "minzhi")
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open("/")
        expect(wang.rows).to_have_count(DRAWN)
        last = wang.page.locator(f'[data-case="{desk.cases[f"长{DRAWN - 1}"].id}"]')
        expect(last).to_have_count(0)
        box = wang.page.locator('input[data-box="filter"]')
        box.fill("观澜")
        expect(last).to_be_visible()
        more = wang.page.get_by_role("button", name="再看后面的")
        expect(more).to_be_hidden()
        box.fill("")
        expect(wang.rows).to_have_count(DRAWN)
        more.click()
        expect(last).to_be_visible()
        assert wang.rows.count() > DRAWN
        expect(more).to_be_hidden()
