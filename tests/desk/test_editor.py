"""From a question that was not answered to a draft by one click, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect
from sqlalchemy import func, select

from cases import cards, conversations, messages, people
from cases.schema import content_drafts
from service.cards import Card
from service.failures import NOT_SURE
from tests.desk.conftest import Served
from tests.desk.page import staff_at

ASKED = "楼上漏水泡了我家谁来赔"
ALIKE = "楼上漏水泡了我家谁赔"
NAMED = "我叫王建国，电话13812345678，彩票中奖要交税吗"
expect.set_options(timeout=20_000)


def unanswered(desk: Served, person: str, text: str) -> None:
    message_id = desk.says(person, text)
    with desk.database.write() as session:
        who = people.find_or_create(session, channel="web", value=person)
        where = conversations.current(session, person_id=who.id, channel="web")
        body = Card(kind="notice", title=NOT_SURE, conclusion="没有把握。").model_dump(mode="json")
        card = cards.save_card(session, conversation_id=where.id, message_id=message_id, action="answer", body=body)
        messages.say(
            session, person_id=who.id, conversation_id=where.id, channel="web", author_kind="bot", card_ids=[card]
        )


def test_a_gap_becomes_a_draft_by_one_click_and_names_nobody(desk: Served, browser: Browser) -> None:
    unanswered(desk, "子", ASKED)
    unanswered(desk, "丑", ALIKE)
    unanswered(desk, "寅", NAMED)
    with staff_at(browser, desk.url, "zhao") as zhao:
        zhao.open("/editor")
        gap = zhao.page.locator(".item", has_text="漏水").first
        expect(gap).to_contain_text("2 次")  # alike ones are one
        assert "王建国" not in zhao.page.content()
        assert "13812345678" not in zhao.page.content()
        zhao.page.locator(".item", has_text="彩票").first.get_by_role("button", name="写成解答").dblclick()
        zhao.page.wait_for_url("**/editor/drafts/*")
        question = zhao.page.locator('textarea[data-field="question"], [data-field="question"] textarea')
        expect(question).to_have_value(re.compile("彩票中奖要交税吗"))
        expect(question).not_to_have_value(re.compile("王建国|13812345678"))
        zhao.page.click('[data-do="submit"]')
        expect(zhao.told.last).to_contain_text("还有没解决的问题")  # the machine's check stands before a reader
    with desk.database.read() as session:
        assert session.scalar(select(func.count()).select_from(content_drafts)) == 1


def test_the_watch_opens_for_an_editor_and_shows_its_lists(desk: Served, browser: Browser) -> None:
    with staff_at(browser, desk.url, "zhao") as zhao:
        zhao.open("/law-watch")
        expect(zhao.page.get_by_text("已经变了，要改（")).to_be_visible()
        expect(zhao.page.get_by_text("将要变的（")).to_be_visible()
        expect(zhao.page.get_by_text("法条库里没有文本")).to_be_visible()
