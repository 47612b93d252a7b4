"""Two people on WeChat and two lawyers in browsers, all five processes: from the first word to the rating, as on the web."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from playwright.sync_api import expect

from tests.desk.page import DeskPage, staff_at
from tests.stack.conftest import Stack, data_dir_for, running
from tests.stack.page import CHROMIUM, DESKTOP, PHONE, browser
from tests.stack.test_browser import SHOTS
from tests.stack.test_desk_browser import hire, row_ids
from tests.stack.wechat import Phone, Town, running_town

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 Debian 的 chromium：sudo make test-packages")
STORIES = ("公司拖欠我三个月工资不发", "房东不退我的押金，还换了锁")
SEEN_WITHIN = 20_000  # ms
PDF = b"%PDF-1.4 a letter for one person"
FIRST_PORT = 30000


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Stack]]:
    with running_town() as town:
        log = tmp_path_factory.mktemp("wechat") / "run.log"
        more = {**town.environment(), "XIAOFA_PUBLIC_URL": f"http://127.0.0.1:{FIRST_PORT}"}
        with running(Stack(data_dir_for("wechat"), log, FIRST_PORT, more)) as stack:
            town.beside(stack)
            yield town, stack


def handed_over(town: Town, story: str) -> tuple[Phone, str]:
    """Somebody who asked for a lawyer, and the code of the case."""
    phone = Phone(town)
    assert "同意" in phone.seen()[0]
    phone.asks("同意", "谢谢")
    phone.asks("我要找律师", "同意，转给律师")
    phone.asks("同意，转给律师", "发生了什么事")
    phone.asks(story, "第 2 问")
    phone.asks("跳过", "就到这里")
    told = phone.asks("就到这里，交给律师", "受理编号")
    code = re.search(r"LH-\w{4}-\w{4}", told)
    assert code, told
    return phone, code[0]


def test_two_people_on_wechat_and_two_lawyers(town: tuple[Town, Stack]) -> None:
    wechat, stack = town
    logins = [hire(stack, name, "lawyer") for name in ("王静", "李梅")]
    chief = hire(stack, "陈平", "supervisor")
    with browser() as started, ExitStack() as pages:
        lawyers = [
            pages.enter_context(staff_at(started, stack.desk, login, size))
            for login, size in zip(logins, (DESKTOP, PHONE), strict=True)
        ]
        people = []
        for number, story in enumerate(STORIES, 1):
            people.append(handed_over(wechat, story))
            for lawyer in lawyers:
                expect(lawyer.rows).to_have_count(number, timeout=SEEN_WITHIN)
        cases = row_ids(lawyers[0])
        for lawyer, case in zip(lawyers, cases, strict=True):
            lawyer.open(f"/cases/{case}", '[data-do="claim"]')
            lawyer.page.click('[data-do="claim"]')
            lawyer.page.wait_for_selector(".talk")
        heads = [lawyer.page.locator(".head").inner_text() for lawyer in lawyers]
        served = [next(phone for phone, code in people if code in head) for head in heads]
        for phone in served:
            phone.sees("接手")

        words = ["您好，我是王静律师，请把合同准备好。", "您好，我是李梅律师，收据还在吗？"]
        for lawyer, said in zip(lawyers, words, strict=True):
            lawyer.reply(said)
        for number, phone in enumerate(served):
            assert phone.sees(words[number]).startswith("【律师回复】")
            assert not any(words[1 - number] in text for text in phone.seen())
        for number, phone in enumerate(served):
            answer = f"好的，我找到了，第 {number + 1} 份"
            assert "回答" not in phone.says(answer)  # the bot keeps silent
            expect(lawyers[number].talk.get_by_text(answer)).to_be_in_viewport(timeout=SEEN_WITHIN)
            expect(lawyers[1 - number].talk.get_by_text(answer)).to_have_count(0)
        send_file(lawyers[0], "委托书.pdf")
        opens_file(served[0])
        assert not any("委托书" in text for text in served[1].seen())
        for lawyer, width in zip(lawyers, (1280, 390), strict=True):
            lawyer.shot(SHOTS / f"stack-wechat-case-{width}.png")

        for lawyer, phone in zip(lawyers, served, strict=True):
            lawyer.do("resolve")
            phone.sees("律师服务结束")
            lawyer.do("close")
            expect(lawyer.page.locator(".head")).to_contain_text("已关闭")
            phone.sees("案件已关闭")
            phone.asks("很满意", "谢谢")
        counts = [sum(words[number] in text for text in phone.seen()) for number, phone in enumerate(served)]
        assert counts == [1, 1]  # said once
        with staff_at(started, stack.desk, chief) as board:
            board.open("/board", ".tile")
            expect(board.page.locator(".tile", has_text="满意度")).to_contain_text("2 人评价")


def send_file(lawyer: DeskPage, name: str) -> None:
    lawyer.page.click('[data-do="attach"]')
    dialog = lawyer.page.locator(".q-dialog .form")
    dialog.get_by_text("发给本人").click()
    with lawyer.page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="选文件并上传").click()
    chooser.value.set_files({"name": name, "mimeType": "application/pdf", "buffer": PDF})
    expect(lawyer.talk).to_contain_text(name)


def opens_file(phone: Phone) -> None:
    """The link in the message leads to the card's page, and the link there to the file."""
    link = re.search(r'href="(http[^"]+/c/[^"]+)"', phone.sees("委托书.pdf"))
    assert link
    with httpx.Client(trust_env=False, timeout=20) as http:
        page = http.get(link[1])
        file = re.search(r'href="(/file/[\w-]+)"', page.text)
        assert file
        got = http.get(httpx.URL(link[1]).join(file[1]))
    assert got.content == PDF
