"""People on WeChat and lawyers in browsers, all five processes: from the first word to the rating, and a joint claim to its lawyer,
as on the web."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.desk.page import DeskPage, staff_at
from tests.stack.conftest import PORT_SHIFT, Stack, data_dir_for, running
from tests.stack.page import CHROMIUM, DESKTOP, PHONE, browser
from tests.stack.test_browser import SHOTS
from tests.stack.test_desk_browser import hire, row_ids
from tests.stack.test_groups import TABLE, case_id
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
        more = {**town.environment(), "XIAOFA_PUBLIC_URL": f"http://127.0.0.1:{FIRST_PORT + PORT_SHIFT}"}
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
        for lawyer in lawyers:
            lawyer.open("/")
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


def consented(town: Town) -> Phone:
    phone = Phone(town)
    phone.asks("同意", "谢谢")
    return phone


def number_of(label: str, text: str) -> str:
    """The number that a message gives to this choice."""
    found = re.search(rf"(\d+)\D{{0,4}}{re.escape(label)}", text)
    assert found, text
    return found[1]


def test_a_joint_claim_on_wechat_alone(town: tuple[Town, Stack]) -> None:
    """Three phones, nobody opens a page: offered, joined by code, each line seen by whom it may be, one case, the lawyer answers."""
    wechat, stack = town
    lead, open_one, shy = (consented(wechat) for _ in range(3))
    offered = lead.asks("我们二十个人被欠薪，老板不发工资", "大家一起登记（集体讨薪）")
    told = lead.asks(number_of("大家一起登记（集体讨薪）", offered), "JT-")
    code = re.search(r"JT-\w{4}-\w{4}", told)
    assert code, told
    lead.asks("单位：好运来电子厂", "记下了单位：好运来电子厂")
    lead.asks("周强，3，15000", "记下了：周强，3 个月，15,000")

    assert "打错了" in open_one.asks("加入 JT-2222-2222", "没有编号")
    asked = open_one.asks(f"加入 {code[0]}", "好运来电子厂")
    assert "周强" not in asked and "15,000" not in asked  # nothing of the others before consent
    open_one.asks(number_of("同意，代表也可以看", asked), "还差一步")
    for wrong, why in (
        ("赵敏，2，-8000", "负数"),
        ("赵敏，2026-13，8000", "没有 13 月"),
        ("赵敏，2，999999999999", "多写了零"),
    ):
        open_one.asks(wrong, why)
    kept = open_one.asks("赵敏，2，8000", "记下了：赵敏")
    assert "周强" not in kept and "15,000" not in kept and "合计" not in kept.replace("才显示合计", "")
    shy.asks(f"加入{code[0].lower()}", "同意，只给律师看")
    shy.asks("同意，只给律师看", "还差一步")
    shy.asks("王五，4，12000", "记下了：王五")
    assert "赵敏" not in "".join(shy.seen()) and "周强" not in "".join(shy.seen())
    assert "只有发起人" in shy.asks("集体交给律师", "交给律师")

    pasted = lead.asks(TABLE, "记下了 8 行，1 行有问题没记")
    assert "第 10 行“欠薪月份”：没有 13 月" in pasted and "现在一共 11 人" in pasted
    link = re.search(r'href="(http[^"]+/c/[^"]+)"', lead.asks("我的集体登记", "已经登记 11 人，合计 107,000"))
    assert link
    with httpx.Client(trust_env=False, timeout=20, follow_redirects=True) as http:
        mine = re.search(r'href="(/group/mine/[\w.-]+)"', http.get(link[1]).text)
        assert mine
        page = http.get(httpx.URL(link[1]).join(mine[1])).text
    assert "赵敏" in page and "王五" not in page  # who agreed is shown to the lead, who did not is not

    handed = lead.asks("集体交给律师", "受理编号")
    case = re.search(r"LH-\w{4}-\w{4}", handed)
    assert case and case[0] in lead.asks("集体交给律师", "受理编号")  # one case, however often it is said
    shy.asks("退出集体", "您的一行已经删掉")
    lawyer = hire(stack, "集体律师", "lawyer")
    with browser() as started, staff_at(started, stack.desk, lawyer, DESKTOP) as desk:
        desk.open(f"/cases/{case_id(stack, case[0])}", '[data-do="claim"]')
        desk.page.click('[data-do="claim"]')
        panel = desk.page.locator('section[aria-label="集体登记"]')
        expect(panel).to_contain_text("一共 10 人，合计 95,000元", timeout=SEEN_WITHIN)
        expect(panel).to_contain_text("赵敏")
        expect(panel).not_to_contain_text("王五")
        desk.shot(SHOTS / "stack-wechat-group-1280.png")
        lead.sees("接手")
        desk.reply("请各位保存好考勤和转账记录。")
        assert lead.sees("请各位保存好").startswith("【律师回复】")
        assert not any("请各位保存好" in text for phone in (open_one, shy) for text in phone.seen())


def test_legal_aid_on_wechat_with_a_sheet_to_print_and_a_lawyer_at_once(town: tuple[Town, Stack]) -> None:
    """Answered by numbers; nobody exempt is asked for an income; under seven days a case stands in the queue as urgent."""
    wechat, stack = town
    phone = consented(wechat)
    shown = phone.asks("我要申请法律援助", "哪一类事")
    for label, following in (
        ("要工资、确认劳动关系", "不用查收入"),
        ("进城务工，讨薪或工伤", "不到七天"),
        ("不到七天", "今天就办"),
    ):
        shown = phone.asks(number_of(label, shown), following)
    assert "免查经济困难" in shown
    phone.sees("附件")  # long: articles and what is printed come with the second message
    assert all(f"《法律援助法》第{number}条" in "".join(phone.seen()) for number in ("四十二", "四十三", "四十四"))
    assert not any("全家" in text or "多少元" in text for text in phone.seen())
    link = re.search(
        r'href="(http[^"]+/c/[^"]+)"', phone.sees("附件")
    )  # long: what is printed comes with the second message
    assert link
    with httpx.Client(trust_env=False, timeout=20) as http:
        paper = re.search(r'href="(/document/[\w-]+\.pdf)"', http.get(link[1]).text)
        assert paper
        sheet = http.get(httpx.URL(link[1]).join(paper[1]))
    assert "身份证" in "".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet.content)).pages)
    phone.asks(number_of("马上转给律师", phone.sees("马上转给律师")), "同意，转给律师")
    going_on = phone.asks("同意，转给律师", "对方是谁")
    assert "不再问" in going_on and "为讨要工资或确认劳动关系" in going_on
    phone.asks("跳过", "就到这里")
    told = phone.asks("就到这里，交给律师", "受理编号")
    code = re.search(r"LH-\w{4}-\w{4}", told)
    assert code
    with browser() as started, staff_at(started, stack.desk, hire(stack, "援助律师", "lawyer"), DESKTOP) as desk:
        desk.open("/")
        row = desk.page.locator(f'[data-case="{case_id(stack, code[0])}"]')
        expect(row.locator(".case__urgency")).to_have_text("立即", timeout=SEEN_WITHIN)


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
