"""Two residents and two lawyers at once: four browsers, all five processes, from the first word to the rating."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.desk.page import DeskPage, staff_at
from tests.fakes.desk import PASSWORD
from tests.stack.conftest import ROOT, Stack
from tests.stack.page import CHROMIUM, DESKTOP, PHONE, ChatPage, browser, pin_clock
from tests.stack.test_browser import SHOTS, no_sideways_scroll, pick

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 Debian 的 chromium：sudo make test-packages")
STORIES = ("公司拖欠我三个月工资不发", "房东不退我的押金，还换了锁")
SEEN_WITHIN = 10_000  # ms, while a case is live
IDLE_WITHIN = 40_000  # ms: after it ended, the page looks every 25 s


@dataclass
class Served:
    """One resident and what became of them."""

    chat: ChatPage
    code: str


def hire(stack: Stack, name: str, role: str) -> str:
    """An account through the real command."""
    login = f"{role[:3]}-{uuid.uuid4().hex[:8]}"
    command = [sys.executable, "-m", "xiaofa.cli", "desk", "adduser", login]
    options = ["--name", name, "--role", role, "--password", PASSWORD]
    subprocess.run([*command, *options], cwd=ROOT, env=stack.environment, check=True, capture_output=True)
    return login


@contextmanager
def resident(started: Browser, stack: Stack, viewport: dict[str, int], story: str) -> Iterator[Served]:
    """A resident who asked for a lawyer and holds a case code."""
    with started.new_context(viewport=viewport) as context:  # type: ignore[arg-type]
        pin_clock(context)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        chat = ChatPage(page, stack.bot + "/")
        chat.open()
        chat.ask("我要找律师")
        pick(chat, "同意，转给律师")
        chat.ask(story)
        pick(chat, "跳过")
        pick(chat, "就到这里，交给律师")
        code = re.search(r"LH-\w{4}-\w{4}", chat.last_card())
        assert code, chat.last_card()
        yield Served(chat, code[0])
        assert faults == []


def row_ids(lawyer: DeskPage) -> list[str]:
    return [row.get_attribute("data-case") or "" for row in lawyer.rows.all()]


def test_two_people_and_two_lawyers_at_once(stack: Stack) -> None:
    wang, li = hire(stack, "王静", "lawyer"), hire(stack, "李梅", "lawyer")
    chief = hire(stack, "陈平", "supervisor")
    with browser() as started, ExitStack() as open_pages:
        lawyers = [
            open_pages.enter_context(staff_at(started, stack.desk, login, size, by_hand=True))
            for login, size in ((wang, DESKTOP), (li, PHONE))
        ]
        before = set(row_ids(lawyers[0]))
        people = []
        for size, story in zip((PHONE, DESKTOP), STORIES, strict=True):
            people.append(open_pages.enter_context(resident(started, stack, size, story)))
            for lawyer in lawyers:
                expect(lawyer.rows).to_have_count(len(before) + len(people), timeout=SEEN_WITHIN)
        mine = [case for case in row_ids(lawyers[0]) if case not in before]
        assert set(mine) <= set(row_ids(lawyers[1]))
        for lawyer, width in zip(lawyers, (1280, 390), strict=True):
            lawyer.shot(SHOTS / f"stack-queue-{width}.png")

        # Both look at the first case; one takes it, the other is told so in words.
        for lawyer in lawyers:
            lawyer.open(f"/cases/{mine[0]}", '[data-do="claim"]')
        lawyers[0].page.click('[data-do="claim"]')
        lawyers[0].page.wait_for_selector(".talk")
        if lawyers[1].page.locator('[data-do="claim"]').count():
            lawyers[1].page.click('[data-do="claim"]')
        expect(lawyers[1].told).to_be_visible()
        expect(lawyers[1].page.locator(".head")).to_contain_text("王静")
        lawyers[1].open(f"/cases/{mine[1]}", '[data-do="claim"]')
        lawyers[1].page.click('[data-do="claim"]')
        lawyers[1].page.wait_for_selector(".talk")

        # Whose case is whose is read off the desk by its code.
        heads = [lawyer.page.locator(".head").inner_text() for lawyer in lawyers]
        for lawyer in lawyers:  # a long conversation opens at its end
            expect(lawyer.talk.locator(".said").last).to_be_in_viewport()
        people = [next(person for person in people if person.code in head) for head in heads]
        words = ["您好，我是王静律师，请把合同准备好。", "您好，我是李梅律师，收据还在吗？"]
        for lawyer, said in zip(lawyers, words, strict=True):
            lawyer.reply(said)
        for number, person in enumerate(people):
            log = person.chat.page.locator("#log")
            expect(log.locator(".said--lawyer")).to_contain_text(words[number], timeout=SEEN_WITHIN)
            expect(log).not_to_contain_text(words[1 - number])
        for number, person in enumerate(people):
            answer = f"好的，我找到了，第 {number + 1} 份"
            person.chat.page.fill("#text", answer)
            person.chat.page.press("#text", "Enter")
            heard = lawyers[number].talk.get_by_text(answer)
            expect(heard).to_be_in_viewport(
                timeout=SEEN_WITHIN
            )  # seen without scrolling, in a conversation of any length
            expect(lawyers[1 - number].talk.get_by_text(answer)).to_have_count(0)
            width = (person.chat.page.viewport_size or PHONE)["width"]
            person.chat.shot(SHOTS / f"stack-resident-{width}.png")
            assert no_sideways_scroll(person.chat)
        for lawyer, width in zip(lawyers, (1280, 390), strict=True):
            lawyer.shot(SHOTS / f"stack-case-{width}.png")
            assert lawyer.fits()

        for lawyer, person in zip(lawyers, people, strict=True):
            lawyer.do("resolve")
            expect(lawyer.page.locator('[data-do="close"]')).to_be_visible()
            expect(person.chat.page.locator("#log .card", has_text="律师服务结束")).to_be_visible(timeout=SEEN_WITHIN)
            lawyer.do("close")
            expect(lawyer.page.locator(".head")).to_contain_text("已关闭")
            asked = person.chat.page.locator("#log .card", has_text="案件已关闭")
            expect(asked).to_be_visible(timeout=IDLE_WITHIN)
            pick(person.chat, "很满意")
            assert "谢谢" in person.chat.last_card()
        with staff_at(started, stack.desk, chief) as board:
            board.open("/board", ".tile")
            expect(board.page.locator(".tile", has_text="满意度")).to_contain_text("人评价")
            rated = re.search(r"(\d+) 人评价", board.page.locator(".tile", has_text="满意度").inner_text())
            assert rated
            assert int(rated[1]) >= len(people)
