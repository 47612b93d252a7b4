"""A resident in a real browser makes a meeting, sees it, cancels it; the supervisor's desk shows it: all five processes."""

from __future__ import annotations

from datetime import time, timedelta

import httpx
import pytest
from playwright.sync_api import expect

from cases import staff
from cases.database import Database
from knowledge.places.table import as_row
from service import placekeeping
from service.casework import meetings
from settings import Settings
from tests.desk.page import staff_at
from tests.fakes.clock import TODAY
from tests.stack.conftest import Stack
from tests.stack.page import CHROMIUM, PHONE, browser
from tests.stack.talk import Person
from tests.stack.test_browser import SHOTS, no_sideways_scroll, pick
from tests.stack.test_desk_browser import hire, resident
from tests.unit.test_places import place

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium")


def test_a_meeting_from_the_wish_to_the_desk(stack: Stack) -> None:
    chief = hire(stack, "陈平", "supervisor")
    settings = Settings(data_dir=stack.data_dir)
    database = Database(settings.database, secrets=settings.secrets)
    day = TODAY + timedelta(days=2)
    with httpx.Client(base_url=stack.bot, timeout=30, trust_env=False) as http:
        person = Person(http)
        assert "测试路1号" not in str(person.say("法律援助去哪里申请，在哪里"))
        with database.write() as session:
            found = staff.credentials(session, chief)
            assert found
            me, row = found.staff, as_row(place())
            placekeeping.save(session, me, row, seen=None)
            meetings.add_hours(session, me, "aid.test", day=day, opens=time(9), closes=time(10))
        assert "测试路1号" in str(person.say("法律援助处的地址在哪里"))  # the running action server tells it at once
    with browser() as started, resident(started, stack, PHONE, "房东不退我的押金，还换了锁") as one:
        chat = one.chat
        chat.ask("约个时间见面")
        pick(chat, "09:00 起")
        pick(chat, "09:30–10:00")
        assert "约在" in chat.last_card() and "加到手机日历" in chat.last_card(), chat.last_card()
        chat.page.wait_for_timeout(500)
        chat.shot(SHOTS / "stack-meeting-390.png")
        assert no_sideways_scroll(chat)
        link = chat.page.locator('a[href$=".ics"]').last.get_attribute("href")
        assert httpx.get(stack.bot + link, trust_env=False).content.startswith(b"BEGIN:VCALENDAR")
        with staff_at(started, stack.desk, chief) as desk:
            desk.open("/appointments", "[data-meeting]")
            expect(desk.page.locator("[data-meeting]").first).to_contain_text(one.code)
            desk.page.locator('[data-meeting] [data-do="call-off"]').first.click()
            dialog = desk.page.locator(".q-dialog .form")
            dialog.locator("textarea").first.fill("当天停电")
            dialog.get_by_role("button", name="取消见面").click()
            expect(chat.page.locator("#log .card", has_text="见面取消了")).to_be_visible(timeout=40_000)
        chat.page.wait_for_timeout(500)
        chat.shot(SHOTS / "stack-meeting-off-390.png")
        gone = httpx.get(stack.bot + link, trust_env=False)
        assert gone.status_code == 410
        pick(chat, "另约时间")
        pick(chat, "09:00 起")
        pick(chat, "09:00–09:30")
        chat.ask("我的预约是几点")
        chat.page.wait_for_timeout(300)
        chat.shot(SHOTS / "stack-meeting-standing-390.png")
        pick(chat, "取消")
        assert "取消了" in chat.last_card()
    database.close()
