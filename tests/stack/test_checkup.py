"""A full check-up in a browser, to its report: page, PDF and .docx."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page
from pypdf import PdfReader

from knowledge.content import load_content
from service.checkup_report import LABEL
from tests.fakes.checkups import worst_answers, worst_choice
from tests.stack.conftest import Stack
from tests.stack.page import CHROMIUM, ChatPage
from tests.stack.test_browser import chat, chromium, no_sideways_scroll, page, pick, shot_name  # noqa: F401  fixtures

MOST_QUESTIONS = 60

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 Debian 的 chromium：sudo make test-packages")


CONTENT = load_content()
WORST = {
    question.ask: next(c.label for c in question.choices if c.id == worst_choice(question))
    for domain in CONTENT.domains.values()
    for question in domain.questions
}


def pick_worst_answer(chat: ChatPage) -> None:  # noqa: F811
    """The answer with the most risk, so that nothing is closed as not applicable."""
    card = chat.page.locator("#log .card").last
    words = card.inner_text()
    label = next(label for ask, label in WORST.items() if ask in words)
    before = chat.page.locator("#log .card").count()
    card.get_by_role("button", name=label, exact=True).click()
    chat.page.wait_for_function("n => document.querySelectorAll('#log .card').length > n", arg=before)


def downloaded(page: Page, name: str) -> bytes:  # noqa: F811
    with page.expect_download() as started:
        page.get_by_role("link", name=name).first.click()
    return Path(started.value.path()).read_bytes()


def test_a_full_check_up_with_its_report(chat: ChatPage, stack: Stack) -> None:  # noqa: F811
    chat.ask("我要做企业体检")
    pick(chat, "电子")
    pick(chat, "完整版")
    chat.shot(shot_name(chat, "checkup-question"))
    asked = 0
    for _ in range(MOST_QUESTIONS):
        if chat.page.locator("#log .card").last.get_attribute("data-kind") == "report":
            break
        pick_worst_answer(chat)
        asked += 1
    card = chat.page.locator("#log .card").last
    assert card.get_attribute("data-kind") == "report"
    assert (
        asked == len(worst_answers(CONTENT, "electronics")) - 2 > 50
    )  # nearly all that can be asked; without trade and extent
    assert LABEL in card.inner_text()
    card.scroll_into_view_if_needed()
    chat.shot(shot_name(chat, "checkup-card"))
    assert no_sideways_scroll(chat)

    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(downloaded(chat.page, "下载 PDF"))).pages)
    assert LABEL in text and "30 天整改表" in text
    document = Document(io.BytesIO(downloaded(chat.page, "下载 Word 文档")))
    assert document.core_properties.subject == LABEL

    with chat.page.context.expect_page() as opened:
        chat.page.get_by_role("link", name="看完整报告").click()
    report = opened.value
    report.wait_for_load_state()
    assert report.inner_text("h2 >> nth=0").startswith("总分 0（")
    assert report.locator("svg.radar[role=img]").count() == 1
    article = report.locator("details").first
    article.locator("summary").click()
    assert len(article.locator("blockquote").inner_text()) > 20
    width = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert report.evaluate(width)
    report.screenshot(path=str(shot_name(chat, "checkup-report")), full_page=True)

    pick(chat, "交给律师看")
    assert "要您同意" in chat.last_card()
