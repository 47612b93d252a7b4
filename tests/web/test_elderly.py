"""The elderly mode, asking for somebody else, and what axe finds on every kind of page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from .axe import violations
from .fake_api import WAGES, Fake
from .page import DESKTOP, PHONE, ChatPage, open_chat

pytestmark = pytest.mark.web


def test_fewer_words_first_and_the_rest_on_one_tap(chat: ChatPage) -> None:
    chat.page.locator("[data-do=large]").click()
    chat.agree_and_ask("公司拖欠工资怎么办")
    card = chat.last_card
    expect(card.locator(".card__conclusion")).to_be_visible()
    expect(card.locator(".deadline")).to_be_visible()
    expect(card.locator(".steps > li").first).to_be_visible()
    expect(card.locator(".steps > li").nth(1)).to_be_hidden()
    expect(card.locator(".part--cites")).to_be_hidden()
    chat.screenshot("elderly-answer-390")
    card.get_by_role("button", name="看全部").click()
    expect(card.locator(".steps > li").nth(1)).to_be_visible()
    expect(card.locator(".part--cites")).to_be_visible()
    assert violations(chat.page) == []


def test_an_answer_is_read_aloud_and_stops(chat: ChatPage) -> None:
    chat.page.evaluate(
        "() => { window.said = []; speechSynthesis.speak = u => said.push(u.text); speechSynthesis.cancel = () => { window.stopped = true; }; }"
    )
    chat.page.locator("[data-do=large]").click()
    chat.agree_and_ask("公司拖欠工资怎么办")
    button = chat.last_card.locator(".aloud")
    button.click()
    expect(button).to_have_text("停")
    said = chat.page.evaluate("said")
    assert said[0] == WAGES.conclusion
    assert WAGES.steps[0] in said and any((WAGES.deadline or "-") in line for line in said)
    button.click()
    expect(button).to_have_text("读给我听")
    assert chat.page.evaluate("stopped")


def test_asking_for_a_parent_is_said_once_with_the_first_question(chat: ChatPage, fake: Fake) -> None:
    chat.page.locator(".menu summary").click()
    chat.page.locator(".menu [data-do=helper]").click()
    chat.page.get_by_role("button", name="替爸妈问").click()
    expect(chat.page.locator("#for")).to_have_text("正在替爸妈问")
    chat.agree_and_ask("公司拖欠工资怎么办")
    chat.box.fill("三万五")
    with chat.page.expect_response(lambda response: response.request.method == "POST"):
        chat.box.press("Enter")
    expect(chat.page.locator("[data-author=person]")).to_have_count(2)
    texts = [each["text"] for each in fake.received]
    assert texts[0].startswith("我替爸妈问：") and texts[1] == "三万五"
    chat.reload()
    expect(chat.page.locator("#for")).to_have_text("正在替爸妈问")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("elderly", [False, True], ids=["plain", "elderly"])
def test_axe_finds_nothing_on_the_chat_page(
    browser: Browser, chat_url: str, fake: Fake, size: dict[str, int], elderly: bool
) -> None:
    # Tall, so that nothing lies half under the composer: axe would take what is left of it for the whole target.
    with open_chat(browser, chat_url, {**size, "height": 2800}) as chat:
        if elderly:
            chat.page.locator("[data-do=large]").click()
        assert violations(chat.page) == []
        chat.box.fill("公司拖欠工资怎么办")
        chat.box.press("Enter")
        expect(chat.consent).to_be_visible()
        assert violations(chat.page) == []
        chat.page.keyboard.press("Escape")
        for text in ("公司拖欠工资", "补偿多少", "被家里人打了", "离婚", "转律师"):
            chat.agree_and_ask(text) if not fake.received else chat.ask(text)
        assert violations(chat.page) == []


def test_axe_finds_nothing_on_the_page_of_a_card(browser: Browser, chat_url: str, fake: Fake) -> None:
    with browser.new_context(viewport=PHONE, locale="zh-CN") as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{chat_url}/c/wages")
        expect(page.locator("article.card")).to_have_attribute("data-kind", "answer")
        assert violations(page) == []
