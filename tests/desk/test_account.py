"""An account from its first day: opened by the administrator, the password changed, the second factor set, in a real browser."""

from __future__ import annotations

import re

import pyotp
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from cases.schema import audit
from tests.desk.conftest import Served, sign_in
from tests.desk.page import staff_at
from tests.fakes.desk import PASSWORD

NEW = "a much longer one 2026"
expect.set_options(timeout=20_000)


def test_opened_by_the_administrator_and_made_ones_own(desk: Served, browser: Browser) -> None:
    with staff_at(browser, desk.url, "admin") as admin:
        admin.open("/staff")
        admin.page.get_by_role("button", name="新开账号").click()
        form = admin.page.locator(".q-dialog .form")
        form.get_by_label("登录名").fill("sun")
        form.get_by_label("姓名").fill("孙律师")
        form.get_by_role("button", name="保存").dblclick()
        shown = admin.page.locator("[data-password]")
        expect(shown).to_contain_text("初始密码：")
        first = shown.inner_text().removeprefix("初始密码：")
    with desk.database.read() as session:
        assert session.execute(select(audit.c.kind).where(audit.c.kind == "staff_added")).scalars().all()
    with desk.visitor() as client:
        assert sign_in(client, "sun", first).status_code == 303
        assert client.get("/").status_code == 200  # a lawyer
        assert client.get("/staff").status_code == 403


def test_the_password_is_changed_and_other_devices_are_out(desk: Served, browser: Browser) -> None:
    with desk.session_of("li") as elsewhere, staff_at(browser, desk.url, "li") as li:
        li.open("/account")
        boxes = [li.page.get_by_label(label) for label in ("现在的密码", "新密码（至少 10 个字符）", "再写一遍")]
        for box, words in zip(boxes, ("wrong wrong wrong", NEW, NEW), strict=True):
            box.first.fill(words)
        li.page.get_by_role("button", name="改密码").click()
        expect(li.told.last).to_contain_text("现在的密码不对")
        boxes[0].first.fill(PASSWORD)
        li.page.get_by_role("button", name="改密码").click()
        expect(li.told.last).to_contain_text("密码改好了")
        li.open("/")  # this one stays
        assert elsewhere.get("/").status_code == 303
    with desk.visitor() as client:
        assert sign_in(client, "li").status_code == 401
        assert sign_in(client, "li", NEW).status_code == 303


def test_the_second_factor_is_set_on_the_account_page_and_taken_away(desk: Served, browser: Browser) -> None:
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open("/account")
        wang.page.get_by_label("现在的密码").last.fill(PASSWORD)
        wang.page.get_by_role("button", name="开启").click()
        shown = wang.page.get_by_text(re.compile("扫不了就手工输入"))
        authenticator = pyotp.TOTP(shown.inner_text().rsplit("：", 1)[1])

        def code() -> str:
            return authenticator.at(desk.database.clock.now())

        wang.page.get_by_label("验证器上的 6 位数").fill("000000" if code() != "000000" else "111111")
        wang.page.get_by_role("button", name="确认").click()
        expect(wang.told.last).to_contain_text("动态码不对")
        wang.page.get_by_label("验证器上的 6 位数").fill(code())
        wang.page.get_by_role("button", name="确认").click()
        expect(wang.page.get_by_text("已开启：登录时还要动态码")).to_be_visible()
        with desk.visitor() as client:
            assert "请输入动态码" in sign_in(client, "wang").text
            assert sign_in(client, "wang", code=code()).status_code == 303
        wang.page.get_by_label("现在的密码").last.fill(PASSWORD)
        wang.page.get_by_role("button", name="关闭两步验证").click()
        expect(wang.page.get_by_role("button", name="开启")).to_be_visible()
    with desk.visitor() as client:
        assert sign_in(client, "wang").status_code == 303
