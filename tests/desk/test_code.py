"""Somebody at the window with a code: the case it leads to, or the wish left without a trace."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from cases.schema import audit
from service import casework
from tests.desk.conftest import Served
from tests.desk.page import staff_at
from tests.desk.test_hostile import RUNS
from tests.web.page import DESKTOP, PHONE

expect.set_options(timeout=20_000)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_wish_without_a_trace_is_read_at_the_window(desk: Served, browser: Browser, size: dict[str, int]) -> None:
    with desk.database.write() as session:
        code = casework.open_no_trace(session, conversation_id=f"cv_{size['width']}", wish=f"想离婚 {RUNS}")
    with staff_at(browser, desk.url, "li", size) as li:
        li.open("/code")
        li.page.get_by_label("案件编号").fill("LH-2222-2222")
        li.page.keyboard.press("Enter")
        expect(li.page.get_by_text("没有这个编号")).to_be_visible()
        li.page.get_by_label("案件编号").fill(code.lower().replace("-", " "))
        li.page.click('[data-do="find"]')
        expect(li.page.locator('[data-shown="wish"]')).to_have_text(f"想离婚 {RUNS}")
        assert li.page.evaluate("() => window.hacked") is None
        assert li.fits()
    with desk.database.read() as session:
        readers = session.execute(select(audit.c.actor).where(audit.c.kind == "wish_read")).scalars().all()
    assert desk.member("li").id in readers


def test_a_code_leads_to_the_case_which_stays_masked_for_others(desk: Served, browser: Browser) -> None:
    case = desk.cases["甲"]
    with staff_at(browser, desk.url, "li") as li:
        li.open("/")
        li.page.keyboard.press("g")
        li.page.keyboard.press("f")
        li.page.wait_for_url("**/code")
        li.page.get_by_label("案件编号").fill(case.code)
        li.page.keyboard.press("Enter")
        li.page.wait_for_url(f"**/cases/{case.id}")
        expect(li.page.get_by_text("接手之后才能看到当事人")).to_be_visible()
        assert "13800138000" not in li.page.content()
