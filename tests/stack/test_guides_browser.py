"""The guides on intellectual property, walked in a browser from the question to what the answers add up to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from knowledge.content import load_content
from service.interviews import open_questions
from tests.stack.conftest import ROOT, Stack
from tests.stack.page import CHROMIUM, PHONE, ChatPage, browser, pin_clock

SHOTS = Path(os.environ.get("XIAOFA_SHOTS", ROOT / "var" / "screenshots"))
CONTENT = load_content()
AMOUNT = "30000"
GUIDES = sorted(id_ for id_, guide in CONTENT.guides.items() if guide.topic == "ip")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 Debian 的 chromium：sudo make test-packages")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE, locale="zh-CN")
    pin_clock(context)
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    yield opened
    context.close()


@pytest.mark.parametrize("guide_id", GUIDES)
def test_from_the_question_to_the_result(guide_id: str, page: Page, stack: Stack) -> None:
    guide = CONTENT.guides[guide_id]
    chat = ChatPage(page, stack.bot + "/")
    chat.open()
    chat.ask(guide.title)
    offered = page.locator("#log .card").last
    expect(offered).to_contain_text("说说我的情况")
    offered.get_by_role("button", name="说说我的情况").click()
    answers: dict[str, str] = {}
    while left := open_questions(guide.checklist, answers):
        card = page.locator("#log .card").last
        expect(card).to_contain_text(left[0].ask)
        if left[0].choices:
            card.get_by_role("button", name=left[0].choices[0].label, exact=True).click()
            answers[left[0].id] = left[0].choices[0].id
        else:
            chat.ask(AMOUNT)
            answers[left[0].id] = AMOUNT
    result = page.locator("#log .card").last
    for question in guide.checklist.questions:
        if question.id in answers and question.choices:
            expect(result).to_contain_text(question.choices[0].fact or question.choices[0].label)
    result.locator("details summary").first.click()
    expect(result.locator("details").first).to_contain_text("现行有效")
    wide = page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
    SHOTS.mkdir(parents=True, exist_ok=True)
    result.screenshot(path=str(SHOTS / f"{guide_id.removeprefix('guide.')}-390.png"))
