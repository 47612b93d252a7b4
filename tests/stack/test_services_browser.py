"""The public services as a resident meets them: in a browser, through all five processes, along their written conversations
(tests/transcripts). Kiosk, appointments, joint claims and the check-up have files of their own."""

from __future__ import annotations

import io

import docx
import httpx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from knowledge.daily import load_daily
from tests.desk.page import staff_at
from tests.fakes.clock import TODAY
from tests.stack.conftest import Stack
from tests.stack.page import CHROMIUM, ChatPage
from tests.stack.test_browser import chat, chromium, no_sideways_scroll, page, pick, shot_name  # noqa: F401 fixtures
from tests.stack.test_checkup import downloaded
from tests.stack.test_desk_browser import hire
from tests.stack.transcripts import load
from tests.web.axe import violations

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 Debian 的 chromium：sudo make test-packages")
CONVERSATIONS = {conversation["name"]: conversation["turns"] for conversation in load()}
WALKS = {
    "legal-aid": "法律援助，问清再说，时间紧马上转给律师",
    "court-relief": "问法律援助怎么回事，先答，再问能不能申请",
    "mediation": "楼上太吵，提到调解，申请，律师接手",
    "mediation-violence": "家里有人动手，不走调解，给安全的路",
    "places": "去哪里办，地址核实过的照实给",
    "demand-letter": "写催款函，一问一答，不知道的空着",
    "iou": "写借条，金额大得离谱、日子颠倒，说清怎么答再问，前面的不丢",
}


def walk(chat: ChatPage, name: str) -> None:  # noqa: F811
    """Say and pick what the resident does, up to the lawyer's part; after each turn the page shows what is to be said."""
    for turn in CONVERSATIONS[WALKS[name]]:
        if "say" in turn:
            chat.ask(turn["say"])
        elif "pick" in turn:
            pick(chat, turn["pick"])
        else:
            break
        wanted = [turn["expect"][key] for key in ("title", "says") if key in turn["expect"]]
        for words in wanted:
            expect(chat.page.locator("#log")).to_contain_text(words)
        if "kind" in turn["expect"]:
            expect(chat.page.locator("#log .card").last).to_have_attribute("data-kind", turn["expect"]["kind"])
    assert no_sideways_scroll(chat)
    chat.shot(shot_name(chat, f"service-{name}"))


@pytest.mark.parametrize("name", [name for name in WALKS if name not in ("legal-aid", "demand-letter")])
def test_the_service_is_reached(name: str, chat: ChatPage) -> None:  # noqa: F811
    walk(chat, name)


def test_legal_aid_to_the_sheet_and_the_lawyers_consent(chat: ChatPage) -> None:  # noqa: F811
    for turn in CONVERSATIONS[WALKS["legal-aid"]][:4]:
        chat.ask(turn["say"]) if "say" in turn else pick(chat, turn["pick"])
    card = chat.page.locator("#log .card").last
    expect(card).to_have_attribute("data-kind", "result")
    sheet = downloaded(chat.page, "PDF")
    assert "身份证" in "".join(each.extract_text() for each in PdfReader(io.BytesIO(sheet)).pages)
    chat.shot(shot_name(chat, "service-legal-aid"))
    pick(chat, "马上转给律师")
    expect(chat.page.locator("#log .card").last).to_contain_text("同意")


def test_a_document_from_the_first_word_to_both_files(chat: ChatPage) -> None:  # noqa: F811
    walk(chat, "demand-letter")
    printed = "".join(each.extract_text() for each in PdfReader(io.BytesIO(downloaded(chat.page, "PDF"))).pages)
    written = docx.Document(io.BytesIO(downloaded(chat.page, "Word")))
    for text in (printed, "\n".join(each.text for each in written.paragraphs)):
        assert "催款函" in text and "叁万伍仟元" in text


def test_the_park_the_day_and_the_quiz(page: Page, stack: Stack) -> None:  # noqa: F811
    page.goto(f"{stack.bot}/park")
    page.get_by_role("link", name="头顶上的安全").click()
    expect(page.locator(".law__text")).to_contain_text("禁止从建筑物中抛掷物品")
    page.get_by_role("link", name="遇到这种事，问小法").click()
    expect(page.locator("#text")).not_to_be_empty()
    page.goto(f"{stack.bot}/daily")
    expect(page.locator("h1")).to_have_text(load_daily()[f"{TODAY:%m-%d}"].title)
    expect(page.locator(".law__text")).not_to_be_empty()
    page.goto(f"{stack.bot}/quiz")
    page.get_by_role("button", name="开始答题").click()
    page.locator("button.option").first.click()
    expect(page.locator(".verdict")).to_be_visible()


def test_a_lecture_is_registered_for_and_taken_back(page: Page, stack: Stack) -> None:  # noqa: F811
    page.goto(f"{stack.bot}/lectures")
    page.get_by_role("link", name="招人用人不踩坑").click()
    page.get_by_label("怎么称呼您").fill("王女士")
    page.get_by_label("联系电话").fill("13800138000")
    page.get_by_label("我同意").check()
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".verdict--right")).to_contain_text("登记好了")
    page.get_by_role("button", name="不来了").click()
    expect(page.locator("h1")).to_contain_text("不在了")


def test_the_elderly_read_less_at_first_and_axe_finds_nothing(chat: ChatPage) -> None:  # noqa: F811
    chat.page.click("[data-do=large]")
    chat.ask("公司三个月没发工资怎么办")
    card = chat.page.locator("#log .card").last
    expect(card.locator(".steps > li").nth(1)).to_be_hidden()
    assert violations(chat.page) == []
    card.get_by_role("button", name="看全部").click()
    expect(card.locator(".steps > li").nth(1)).to_be_visible()
    assert violations(chat.page) == []


def test_the_report_of_the_month(stack: Stack, chromium: Browser) -> None:  # noqa: F811
    with staff_at(chromium, stack.desk, hire(stack, "陈主管", "supervisor")) as desk:
        desk.open("/monthly", ".save")
        printed = "".join(each.extract_text() for each in PdfReader(io.BytesIO(downloaded(desk.page, "PDF"))).pages)
        assert f"{TODAY.year}年{TODAY.month}月" in printed
        assert load_workbook(io.BytesIO(downloaded(desk.page, "Excel"))).active is not None
    assert httpx.get(f"{stack.desk}/monthly.pdf", trust_env=False).status_code != 200
