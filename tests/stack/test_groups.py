"""A joint claim through all five processes: offered where many are heard, two join (chat and page), one case at the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from playwright.sync_api import expect

from cases.database import Database
from service import casework
from settings import Settings
from tests.desk.page import staff_at
from tests.stack.conftest import Stack
from tests.stack.page import CHROMIUM, DESKTOP, PHONE, browser
from tests.stack.talk import Person
from tests.stack.test_browser import SHOTS
from tests.stack.test_desk_browser import hire

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 Debian 的 chromium：sudo make test-packages")
TABLE = (
    "姓名，欠薪月份，欠薪金额\n" + "\n".join(f"工人{c}，3，9000" for c in "甲乙丙丁戊己庚辛") + "\n工人壬，2026-13，1"
)


@pytest.fixture
def two(stack: Stack) -> Iterator[list[Person]]:
    """Two strangers to each other."""
    with ExitStack() as open_:
        clients = [httpx.Client(base_url=stack.bot, timeout=30, trust_env=False) for _ in range(2)]
        yield [Person(open_.enter_context(client)) for client in clients]


def case_id(stack: Stack, code: str) -> str:
    settings = Settings(data_dir=stack.data_dir)
    database = Database(settings.database, secrets=settings.secrets)
    with database.read() as session:
        found = casework.case_by_code(session, code)
    database.close()
    assert found, code
    return found.id


def test_many_workers_one_case(stack: Stack, two: list[Person]) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    lead, member = two
    lead.say("我们二十个人被欠薪，老板不发工资")
    card = lead.pick("大家一起登记")[-1]
    code = re.search(r"JT-\w{4}-\w{4}", card["conclusion"])
    assert code, card
    mine = card["attachments"][0]
    lead.say("单位：好运来电子厂")
    assert "记下了" in lead.say("张三，3，15000")[-1]["conclusion"]
    member.say(f"加入 {code[0]}")
    member.pick("代表也可以看")
    told = member.say("李四，2，8000")[-1]
    assert "李四" in told["conclusion"] and "15,000" not in str(told)
    with browser() as started:
        with started.new_context(viewport=PHONE) as context:  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(f"{stack.bot}/group/join/{code[0]}")
            page.screenshot(path=SHOTS / "group-join-390.png", full_page=True)
            page.fill("[name=name]", "王五")
            page.fill("[name=months]", "2026年3月至5月")
            page.fill("[name=amount]", "-1")
            page.check("[name=agreed]")
            page.get_by_role("button", name="加入").click()
            expect(page.get_by_role("alert")).to_contain_text("负数")
            page.screenshot(path=SHOTS / "group-join-wrong-390.png", full_page=True)
            page.fill("[name=amount]", "12000")
            page.get_by_role("button", name="加入").click()
            expect(page.get_by_text("王五，3 个月（2026年3月至5月），12,000.00 元")).to_be_visible()
            assert "李四" not in page.content() and "张三" not in page.content()
            page.screenshot(path=SHOTS / "group-member-390.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for size in (PHONE, DESKTOP):
            with started.new_context(viewport=size) as context:  # type: ignore[arg-type]
                page = context.new_page()
                page.goto(stack.bot + mine)
                page.fill("[name=table]", TABLE)
                page.get_by_role("button", name="检查并记下").click()
                expect(page.get_by_text("第 10 行“欠薪月份”：没有 13 月，请改正")).to_be_visible()
                expect(page.locator("[name=table]")).to_have_value("姓名，欠薪月份，欠薪金额\n工人壬，2026-13，1")
                page.screenshot(path=SHOTS / f"group-lead-{size['width']}.png", full_page=True)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        handed = lead.say("集体交给律师")[-1]
        case = handed["case_code"]
        assert case.startswith("LH-") and lead.say("集体交给律师")[-1]["case_code"] == case
        lawyer = hire(stack, "集体律师", "lawyer")
        with staff_at(started, stack.desk, lawyer, viewport=DESKTOP) as desk:
            desk.open(f"/cases/{case_id(stack, case)}", '[data-do="claim"]')
            desk.page.click('[data-do="claim"]')
            panel = desk.page.locator('section[aria-label="集体登记"]')
            expect(panel).to_contain_text("一共 11 人，合计 107,000元", timeout=15_000)
            desk.page.screenshot(path=SHOTS / "group-desk-1280.png", full_page=True)
