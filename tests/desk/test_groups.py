"""The joint claim at the desk: figures, who represents, every line, and the table to take along; only for who has the case."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from cases import conversations, groups, matters, people
from cases.groups import Line
from cases.schema import audit
from service import casework, group_claim
from tests.desk.conftest import Served
from tests.desk.page import staff_at
from tests.web.page import DESKTOP, PHONE, SCREENSHOTS


def claim(desk: Served, who: str) -> str:
    """A claim of twelve, taken by the lawyer Wang: the case's id."""
    with desk.database.write() as session:
        ids = [people.find_or_create(session, channel="web", value=f"{who}{n}").id for n in (1, 2)]
        group, lead = groups.start(session, ids[0])
        groups.set_employer(session, lead, "好运来电子厂")
        groups.tell(session, lead, Line("张三", Decimal(3), Decimal(15000)))
        groups.paste(session, lead, [Line(f"工人{n}号甲", Decimal(2), Decimal(9000)) for n in range(11)])
        member = groups.join(session, group, person_id=ids[1], shares=True)
        groups.tell(session, member, Line("工人3号甲", Decimal(2), Decimal("8000.5")))
        groups.name_representatives(session, lead, [member.id])
        where = conversations.current(session, person_id=ids[0], channel="web")
        opened = group_claim.hand_over(session, lead, where.id, "m_1")
    wang = desk.member("wang")
    with desk.database.write() as session:
        casework.claim(session, opened.id, wang, version=matters.get(session, opened.id).version)
    return opened.id


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_case_page_tells_who_and_how_much(desk: Served, browser: Browser, size: dict[str, int]) -> None:
    case_id = claim(desk, f"size{size['width']}")
    with staff_at(browser, desk.url, "wang", viewport=size) as wang:
        wang.page.goto(f"{desk.url}/cases/{case_id}")
        if size == PHONE:
            wang.page.locator('[data-pane-of="brief"]').click()
        panel = wang.page.locator('section[aria-label="集体登记"]')
        expect(panel).to_contain_text("一共 12 人，合计 113,000.5元")
        expect(panel).to_contain_text("每人 8,000.5元 到 15,000元，欠 2 到 3 个月")
        expect(panel).to_contain_text("张三、工人3号甲")
        panel.get_by_text("逐人名单").click()
        row = panel.locator(".row-card", has_text="工人3号甲")
        expect(row).to_contain_text("发起人的表里是 9,000元")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        wang.page.screenshot(path=SCREENSHOTS / f"desk-group-{size['width']}.png", full_page=True)
        with wang.page.expect_download() as saved:
            panel.get_by_text("导出 XLSX").click()
        assert saved.value.suggested_filename.endswith(".xlsx")


def test_the_table_is_for_who_has_the_case_and_audited(desk: Served) -> None:
    case_id = claim(desk, "files")
    with desk.session_of("li") as other:
        assert other.get(f"/groups/{case_id}.csv").status_code == 404
    with desk.session_of("zhao") as editor:
        assert editor.get(f"/groups/{case_id}.csv").status_code == 403
    with desk.visitor() as nobody:
        sent = nobody.get(f"/groups/{case_id}.csv")
        assert sent.status_code == 303 and sent.headers["location"].startswith("/sign-in")
    with desk.session_of("wang") as wang:
        table = wang.get(f"/groups/{case_id}.csv")
        assert table.status_code == 200 and "合计 12 人" in table.text
        assert wang.get(f"/groups/{case_id}.pdf").status_code == 404
    with desk.database.read() as session:
        rows = (
            session.execute(select(audit.c.actor).where(audit.c.kind == "group_exported", audit.c.subject == case_id))
            .scalars()
            .all()
        )
    assert rows == [desk.member("wang").id]
