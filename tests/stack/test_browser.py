"""A person with a phone, a real browser, and all five processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.stack.conftest import ROOT, Stack
from tests.stack.page import CHROMIUM, DESKTOP, PHONE, ChatPage, browser, pin_clock

SHOTS = Path(os.environ.get("XIAOFA_SHOTS", ROOT / "var" / "screenshots"))
FIRST_LOAD_BYTES = 120 * 1024

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 Debian 的 chromium：sudo make test-packages")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=request.param)
    pin_clock(context)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert faults == []


@pytest.fixture
def chat(page: Page, stack: Stack) -> ChatPage:
    opened = ChatPage(page, stack.bot + "/")
    opened.open()
    return opened


def shot_name(chat: ChatPage, name: str) -> Path:
    size = chat.page.viewport_size or PHONE
    return SHOTS / f"{name}-{size['width']}.png"


def test_a_conversation_from_first_contact_to_a_result(chat: ChatPage) -> None:
    chat.shot(shot_name(chat, "first-contact"))
    chat.ask("公司三个月没发工资怎么办")
    assert "拖欠工资违法" in chat.last_card()
    article = chat.page.locator("#log details").first
    article.locator("summary").click()
    assert "按照劳动合同约定和国家规定，向劳动者及时足额支付劳动报酬" in article.inner_text()
    assert "现行有效" in article.inner_text()
    chat.shot(shot_name(chat, "answer"))
    for label in ("说说我的情况", "还在上班", "没签过"):
        pick(chat, label)
    chat.ask("三万五")
    for _ in range(2):
        pick(chat, "不清楚")
    assert "35000" in chat.last_card()
    chat.shot(shot_name(chat, "result"))
    assert no_sideways_scroll(chat)


def test_the_conversation_is_there_after_a_reload(chat: ChatPage) -> None:
    chat.ask("房东不退押金")
    chat.page.reload()
    chat.page.wait_for_selector("#log .card")
    assert "押金" in chat.last_card()


def test_danger_shows_the_safety_card(chat: ChatPage) -> None:
    chat.ask("老公正在打我")
    card = chat.page.locator("#log .card--safety").first
    assert "110" in card.inner_text()
    chat.shot(shot_name(chat, "safety"))


def test_forget_me_leaves_nothing_on_the_page(chat: ChatPage) -> None:
    chat.ask("房东不退押金")
    if chat.page.locator(".menu summary").is_visible():
        chat.page.locator(".menu summary").click()
    chat.page.locator("[data-do=forget]:visible").first.click()
    chat.page.click("#forget [data-answer=yes]")
    chat.page.wait_for_selector("#forget[open]", state="detached")
    chat.page.wait_for_function("() => document.querySelectorAll('#log .card').length === 0")
    chat.page.reload()
    chat.page.wait_for_selector("#text:enabled")
    assert chat.page.locator("#log .card").count() == 0


def test_what_people_type_stays_text(chat: ChatPage) -> None:
    chat.ask("<img src=x onerror=alert(1)>房东不退押金<script>alert(2)</script>")
    assert chat.page.locator("#log img, #log script").count() == 0


def test_the_keyboard_alone_is_enough(chat: ChatPage) -> None:
    chat.page.locator("#text").focus()
    chat.page.keyboard.type("狗咬人谁赔")
    chat.page.keyboard.press("Enter")
    chat.page.wait_for_selector("#consent[open]")
    chat.page.keyboard.press("Tab")
    focused = "() => document.activeElement.closest('dialog') !== null"
    assert chat.page.evaluate(focused)
    chat.page.locator("#consent [data-answer=yes]").focus()
    chat.page.keyboard.press("Enter")
    chat.page.wait_for_selector("#log .card")
    assert "狗" in chat.last_card()


def test_large_type_is_kept(chat: ChatPage) -> None:
    chat.page.click("[data-do=large]")
    chat.page.reload()
    chat.page.wait_for_selector("#text:enabled")
    assert "large" in (chat.page.locator("html").get_attribute("class") or "")
    chat.shot(shot_name(chat, "large-type"))
    assert no_sideways_scroll(chat)


def test_the_first_load_is_light(stack: Stack, chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE)
    opened = context.new_page()
    devtools = context.new_cdp_session(opened)
    devtools.send("Network.enable")
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    opened.goto(stack.bot + "/", wait_until="networkidle")
    context.close()
    assert 0 < sum(sizes) <= FIRST_LOAD_BYTES


def pick(chat: ChatPage, label: str) -> None:
    """Click a choice of the last card and wait for what it brings."""
    before = chat.page.locator("#log .card").count()
    chat.page.locator("#log .card").last.get_by_role("button", name=label).first.click()
    chat.page.wait_for_function("n => document.querySelectorAll('#log .card').length > n", arg=before)


def no_sideways_scroll(chat: ChatPage) -> bool:
    return bool(
        chat.page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    )
