"""The page of one card, and the way from WeChat's browser to the chat there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from .fake_api import WAGES, Fake
from .page import PHONE, ChatPage, open_chat
from .test_chat_page import CONTRAST, SMALL_TARGETS

pytestmark = pytest.mark.web
WECHAT = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/107.0 Mobile MicroMessenger/8.0.49"


def test_the_card_is_the_one_of_the_chat_page(browser: Browser, chat_url: str, fake: Fake) -> None:
    with browser.new_context(viewport=PHONE, locale="zh-CN") as context:
        page = context.new_page()
        watched = ChatPage(page, chat_url)
        page.goto(f"{chat_url}/c/wages")
        card = page.locator("article.card")
        expect(card).to_have_attribute("data-kind", "answer")
        expect(card.locator(".card__conclusion")).to_have_text(WAGES.conclusion)
        expect(page.locator("button.choice")).to_have_count(0)
        expect(page.locator(".rate")).to_have_count(0)
        expect(page.locator("#more")).to_contain_text(WAGES.choices[0].label)
        card.locator("details.cite").first.locator("summary").click()
        expect(card.locator(".cite__text").first).to_be_visible()
        page.locator("[data-do=large]").click()
        expect(page.locator("html")).to_have_class("js large")
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(SMALL_TARGETS) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert watched.complaints == []
        assert watched.strangers == []
        assert not context.cookies()


def test_without_javascript_the_words_are_all_there(browser: Browser, chat_url: str, fake: Fake) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{chat_url}/c/wages")
        for words in (WAGES.conclusion, *WAGES.steps, *WAGES.evidence, WAGES.deadline or "", *WAGES.where):
            expect(page.locator("#card")).to_contain_text(words)
        for cite in WAGES.citations:
            expect(page.locator("#card")).to_contain_text(cite.label)


def test_a_link_that_is_over_says_what_to_do(browser: Browser, chat_url: str, fake: Fake) -> None:
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        answer = page.goto(f"{chat_url}/c/over")
        assert answer is not None
        assert answer.status == 404
        expect(page.locator("#card")).to_contain_text("回到微信")
        expect(page.locator("[data-do=large]")).to_have_count(0)


def test_only_wechats_browser_is_offered_the_chat_there(browser: Browser, chat_url: str, fake: Fake) -> None:
    for agent, shown in ((WECHAT, 1), (None, 0)):
        with open_chat(browser, chat_url, **({"user_agent": agent} if agent else {})) as chat:
            chat.page.locator(".menu summary").click()
            expect(chat.page.locator("[data-wechat]:visible")).to_have_count(shown)
            assert chat.complaints == []
