"""Meetings at the desk: hours set by the administrator, seen by the lawyer of the case, cancelled with a reason."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from cases import appointments, conversations, messages, people
from knowledge.places.table import as_row
from service import placekeeping
from service.casework import meetings
from settings.clock import SHANGHAI
from tests.desk.conftest import Served
from tests.desk.page import staff_at
from tests.fakes.clock import TODAY
from tests.unit.test_places import place
from tests.web.page import DESKTOP, PHONE, SCREENSHOTS

POINT = "aid.desk"


@pytest.fixture(scope="module")
def receiving(desk: Served) -> Served:
    """With a point whose address is confirmed, and one time taken by 乙."""
    tomorrow = TODAY + timedelta(days=3)
    with desk.database.write() as session:
        chen = desk.member("chen")
        placekeeping.save(session, chen, as_row(place(POINT, name="民治公共法律服务站")), seen=None)
        meetings.add_hours(session, chen, POINT, day=tomorrow, opens=time(9), closes=time(11))
        start = datetime.combine(tomorrow, time(9), SHANGHAI)
        meetings.book(session, desk.cases["乙"].id, POINT, start)
        meetings.book(session, desk.cases["丙"].id, POINT, start + timedelta(minutes=30))
    return desk


def heard(desk: Served, name: str) -> list[str]:
    with desk.database.write() as session:
        who = people.find_or_create(session, channel="web", value=name)
        conversations.current(session, person_id=who.id, channel="web")
        return [str(e.card["conclusion"]) for e in messages.history(session, who.id) if e.card]


def test_the_administrator_sets_hours_and_sees_nobody(receiving: Served, browser: Browser) -> None:
    with staff_at(browser, receiving.url, "admin") as admin:
        admin.open("/appointments", '[data-list="hours"]')
        expect(admin.page.locator('[data-list="meetings"]')).to_have_count(0)
        expect(admin.page.locator("[data-hours]")).to_have_count(1)
        admin.page.locator('[data-field="place"]').first.click()
        admin.page.get_by_role("option", name="民治公共法律服务站").click()
        admin.page.click('[data-do="add-hours"]')
        expect(admin.page.locator("[data-hours]")).to_have_count(2)
        expect(admin.page.locator("[data-hours]").first).to_contain_text("每周一　09:00–12:00")
        admin.page.locator('[data-field="place"]').first.click()
        admin.page.get_by_role("option", name="民治公共法律服务站").click()
        admin.page.locator('input[data-field="closes"]').fill("11:00")
        admin.page.click('[data-do="add-hours"]')
        expect(admin.told).to_contain_text("重叠")
        admin.page.locator("[data-hours]").first.get_by_role("button", name="删掉").click()
        expect(admin.page.locator("[data-hours]")).to_have_count(1)


def test_the_supervisor_cancels_and_the_person_reads_why(receiving: Served, browser: Browser) -> None:
    with staff_at(browser, receiving.url, "chen") as chen:
        chen.open("/appointments", "[data-meeting]")
        mine = chen.page.locator("[data-meeting]", has_text=receiving.cases["丙"].code)
        mine.locator('[data-do="call-off"]').click()
        dialog = chen.page.locator(".q-dialog .form")
        dialog.locator("textarea").first.fill("当天停电")
        dialog.get_by_role("button", name="取消见面").click()
        expect(mine).to_have_count(0)
    with receiving.database.read() as session:
        assert appointments.ahead_of_case(session, receiving.cases["丙"].id) == []
    assert any("约好的见面取消了" in line for line in heard(receiving, "丙"))


def test_a_lawyer_sees_their_own_and_it_stands_in_the_case(receiving: Served, browser: Browser) -> None:
    with staff_at(browser, receiving.url, "wang") as wang:
        wang.open("/appointments", '[data-list="meetings"]')
        expect(wang.page.locator("[data-meeting]")).to_have_count(0)
        wang.open(f"/cases/{receiving.cases['乙'].id}", '[data-do="claim"]')
        wang.page.click('[data-do="claim"]')
        wang.page.wait_for_selector(".talk")
        expect(wang.page.locator(".side [data-meeting]")).to_contain_text("民治公共法律服务站")
        wang.shot(Path(SCREENSHOTS) / "desk-case-meeting-1280.png")
        wang.open("/appointments", "[data-meeting]")
        expect(wang.page.locator("[data-meeting]")).to_contain_text("王律师")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_page_fits_and_is_photographed(receiving: Served, browser: Browser, viewport: dict[str, int]) -> None:
    with staff_at(browser, receiving.url, "chen", viewport) as chen:
        chen.open("/appointments", "[data-meeting]")
        chen.page.wait_for_timeout(700)
        chen.page.screenshot(path=Path(SCREENSHOTS) / f"desk-appointments-{viewport['width']}.png", full_page=True)
        assert chen.fits()
