"""Service points at the desk: the queue of what to check, the form, history, a table; seen at both widths."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from knowledge.places.table import COLUMNS
from service.placekeeping import read_directory
from tests.desk.conftest import Served
from tests.desk.page import DeskPage, staff_at
from tests.web.page import DESKTOP, PHONE, SCREENSHOTS

GOOD = "aid.minzhi,legal_aid,民治法援站,legal_aid,minzhi,测试路1号,2026-11-01,2026-11-01,电话核实,staff"
HEAD = "id,kind,name,matters,street,address,source_date,verified_on,source,status"


def fill(desk: DeskPage, field: str, text: str) -> None:
    desk.page.locator(f'input[data-field="{field}"]').fill(text)


def test_an_editor_confirms_a_point_and_it_is_told(desk: Served, browser: Browser) -> None:
    with staff_at(browser, desk.url, "zhao") as zhao:
        zhao.open("/places", "[data-place]")
        due = zhao.page.locator('[data-list="due"] [data-place]')
        expect(due.filter(has_text="劳动人事争议仲裁委员会")).to_contain_text("没有核实")
        zhao.page.locator('[data-place="arbitration.longhua"] a').click()
        zhao.page.wait_for_selector('input[data-field="address"]')
        fill(zhao, "address", "测试路8号三楼")
        fill(zhao, "source", "电话核实，值班员")
        zhao.page.click('[data-do="save"]')  # the status still says that nobody checked
        expect(zhao.page.locator('[data-shown="problems"]')).to_contain_text("没有核实")
        assert zhao.page.locator('input[data-field="address"]').input_value() == "测试路8号三楼"
        zhao.page.locator('[data-field="status"]').first.click()
        zhao.page.get_by_role("option", name="工作人员核实").click()
        zhao.page.click('[data-do="save"]')
        zhao.page.wait_for_url("**/places")
        expect(zhao.page.locator('[data-list="rest"] [data-place="arbitration.longhua"]')).to_contain_text("今天核实")
        zhao.open("/places/arbitration.longhua", '[data-shown="history"]')
        expect(zhao.page.locator('[data-shown="history"]')).to_contain_text("地址：（空） → 测试路8号三楼")
        expect(zhao.page.locator('[data-shown="history"]')).to_contain_text("赵编辑")
    assert read_directory(desk.database).places["arbitration.longhua"].address == "测试路8号三楼"


def test_a_table_with_a_mistake_is_refused_line_by_line(desk: Served, browser: Browser, tmp_path: Path) -> None:
    with staff_at(browser, desk.url, "admin") as admin:
        admin.open("/places", "[data-place]")
        admin.page.get_by_role("button", name="从表格导入").click()
        sent = admin.page.locator('.q-dialog input[type="file"]')
        bad = GOOD.replace("aid.minzhi", "aid.dalang").replace("2026-11-01", "2026-13-01")
        sent.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": f"{HEAD}\n{GOOD}\n{bad}\n".encode()})
        expect(admin.page.locator('[data-shown="problems"]')).to_contain_text("第3行：source_date：日期不对")
        admin.shot(Path(SCREENSHOTS) / "desk-places-import-1280.png")
        assert "aid.minzhi" not in read_directory(desk.database).places
        sent.set_input_files({"name": "b.csv", "mimeType": "text/csv", "buffer": f"{HEAD}\n{GOOD}\n".encode("gb18030")})
        admin.page.wait_for_selector('[data-place="aid.minzhi"]')
    assert set(HEAD.split(",")) <= set(COLUMNS)


def test_two_at_once_one_is_told(desk: Served, browser: Browser) -> None:
    with staff_at(browser, desk.url, "zhao") as zhao, staff_at(browser, desk.url, "chen") as chen:
        for one in (zhao, chen):
            one.open("/places/court.longhua", 'input[data-field="note"]')
        fill(zhao, "note", "改过的说明")
        zhao.page.click('[data-do="save"]')
        zhao.page.wait_for_url("**/places")
        fill(chen, "note", "也改了")
        chen.page.click('[data-do="save"]')
        expect(chen.told).to_contain_text("刚被别人改过")
        assert chen.page.locator('input[data-field="note"]').input_value() == "也改了"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_pages_fit_and_are_photographed(desk: Served, browser: Browser, viewport: dict[str, int]) -> None:
    with staff_at(browser, desk.url, "zhao", viewport) as zhao:
        for path, name in (("/places", "places"), ("/places/court.longhua", "place"), ("/places/new", "place-new")):
            zhao.open(path)
            zhao.page.wait_for_timeout(700)
            zhao.shot(Path(SCREENSHOTS) / f"desk-{name}-{viewport['width']}.png")
            assert zhao.fits(), path
