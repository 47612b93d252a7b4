"""The list of who registered for a lecture: seen by supervisor and editor as it grows, saved as a table, deleted on wish."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from cases import registrations
from cases.schema import audit
from tests.desk.conftest import Served
from tests.desk.page import staff_at
from tests.web.page import DESKTOP, PHONE, SCREENSHOTS


def registers(desk: Served, id_: str, name: str) -> None:
    with desk.database.write() as session:
        registrations.register(
            session, id=id_, lecture_id="hiring", name=name, phone="13800138000", company="好运来电子厂", heads=2
        )


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_list_that_grows_and_shrinks(desk: Served, browser: Browser, size: dict[str, int]) -> None:
    wide = size["width"]
    registers(desk, f"g_1{wide}", f"王{wide}")
    with staff_at(browser, desk.url, "zhao", viewport=size) as zhao:
        zhao.page.goto(f"{desk.url}/lectures")
        row = zhao.page.locator(".row-card").first
        expect(row).to_contain_text("王**")
        assert "13800138000" not in zhao.page.content()
        assert f"王{wide}" not in zhao.page.content()
        row.get_by_role("button", name="显示").click()
        expect(row).to_contain_text(f"王{wide}　13800138000")
        with desk.database.read() as session:
            looks = select(audit.c.subject).where(audit.c.kind == "registration_looked_at")
            assert f"g_1{wide}" in session.execute(looks).scalars().all()
        registers(desk, f"g_2{wide}", "<b>赵先生</b>")
        expect(zhao.page.locator(".row-card")).to_have_count(2)
        zhao.page.locator(".row-card").last.get_by_role("button", name="显示").click()
        expect(zhao.page.locator(".row-card", has_text="<b>赵先生</b>")).to_have_count(1)
        expect(row).to_contain_text(f"王{wide}")  # what was shown stays so
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        zhao.page.screenshot(path=SCREENSHOTS / f"desk-lectures-{wide}.png", full_page=True)
        row.get_by_role("button", name="删除").click()
        expect(zhao.page.locator(".row-card")).to_have_count(1)
        zhao.page.locator(".row-card", has_text="赵先生").get_by_role("button", name="删除").click()
        expect(zhao.page.locator(".row-card")).to_have_count(0)


def test_the_table_is_audited(desk: Served) -> None:
    registers(desk, "g_3", "=HYPERLINK(1)")
    with desk.session_of("zhao") as client:
        table = client.get("/lectures.csv")
    assert table.status_code == 200 and "'=HYPERLINK(1)" in table.text and "13800138000" in table.text
    with desk.database.read() as session:
        kinds = session.execute(select(audit.c.kind)).scalars().all()
    assert "registrations_exported" in kinds
