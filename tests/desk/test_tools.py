"""Files, canned replies, the bound messenger, and somebody who leaves: as staff do it, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from cases import people, staff
from cases.schema import audit
from desk.guard import BODY_LIMIT
from service import accounts, casework
from service.report_links import ReportLinks
from tests.desk.conftest import Served
from tests.desk.page import DeskPage, staff_at
from tests.fakes.clock import TODAY
from tests.web.page import DESKTOP, PHONE, SCREENSHOTS

PDF = b"%PDF-1.4 a letter"
expect.set_options(timeout=20_000)


def taken(desk: Served, person: str, login: str = "wang") -> str:
    case_id = desk.cases[person].id
    with desk.database.write() as session:
        row = casework.queue_row(session, case_id, desk.member(login))
        if row.status == "queued":
            casework.claim(session, case_id, desk.member(login), version=row.version)
    return case_id


def add_file(lawyer: DeskPage, whom: str, name: str, content: bytes, media: str = "application/pdf") -> None:
    lawyer.page.click('[data-do="attach"]')
    dialog = lawyer.page.locator(".q-dialog .form")
    dialog.get_by_text(whom).click()
    with lawyer.page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="选文件并上传").click()
    chooser.value.set_files({"name": name, "mimeType": media, "buffer": content})


def test_a_file_stays_inside_or_goes_to_the_person(desk: Served, browser: Browser) -> None:
    case_id = taken(desk, "丁")
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open(f"/cases/{case_id}", '[data-do="attach"]')
        add_file(wang, "只给同事看", "内部意见.pdf", PDF)
        expect(wang.told).to_contain_text("只有同事看得到")
        expect(wang.page.locator(".side")).to_contain_text("内部意见.pdf")
        expect(wang.page.locator(".side")).to_contain_text("王律师，内部")
        assert "内部意见" not in wang.talk.inner_text()
        add_file(wang, "发给本人", "委托书.pdf", PDF + b" signed")
        expect(wang.talk).to_contain_text("委托书.pdf")
        expect(wang.page.locator(".side")).to_contain_text("王律师发给本人")
        expect(wang.page.locator(".head")).to_contain_text("律师办理中")  # it counts as an answer
        wang.page.click('[data-do="attach"]')
        wang.page.wait_for_timeout(500)
        wang.shot(Path(SCREENSHOTS) / "desk-attach-1280.png")
    with desk.database.write() as session:
        said = [entry for entry in casework.entries(session, case_id, desk.member("wang")) if entry.author == "lawyer"]
        inside, sent = casework.case_view(session, case_id, desk.member("wang")).attachments[-2:]
        assert inside.sent_at is None
        assert sent.sent_at
        link = said[-1].card["attachments"][0] if said[-1].card else ""
        token = link.removeprefix("/file/")
        assert ReportLinks(desk.settings.secrets.cookie_key, "file").read(token) == sent.id
        assert casework.given_file(session, desk.settings.data_dir, inside.id) is None
        found = casework.given_file(session, desk.settings.data_dir, sent.id)
    assert found == ("委托书.pdf", "application/pdf", PDF + b" signed")


def test_what_is_no_file_is_refused_in_words(desk: Served, browser: Browser) -> None:
    case_id = taken(desk, "戊")
    with staff_at(browser, desk.url, "wang", PHONE) as wang:
        wang.open(f"/cases/{case_id}", ".tabs__tab")
        wang.page.click('[data-pane-of="side"]')
        add_file(wang, "只给同事看", "照片.pdf", b"MZ a program")
        expect(wang.told).to_contain_text("这种文件收不了")
        wang.shot(Path(SCREENSHOTS) / "desk-attach-390.png")
        assert wang.fits()
    with desk.database.write() as session:
        assert casework.case_view(session, case_id, desk.member("wang")).attachments == []


def test_an_upload_is_taken_only_for_the_page_of_the_same_session(desk: Served, browser: Browser) -> None:
    case_id = taken(desk, "丁")
    with staff_at(browser, desk.url, "wang") as wang, desk.session_of("li") as li, desk.session_of("wang") as again:
        wang.open(f"/cases/{case_id}", '[data-do="attach"]')
        with wang.page.expect_request(lambda request: "/upload/" in request.url) as sent:
            add_file(wang, "只给同事看", "一份.pdf", PDF)
        path = sent.value.url.removeprefix(desk.url)
        wang.page.click('[data-do="attach"]')
        origin, file = {"origin": desk.url}, {"f": ("x.pdf", PDF, "application/pdf")}
        assert li.post(path, files=file, headers=origin).status_code == 401
        assert again.post(path, files=file, headers={"origin": "https://evil.example"}).status_code == 401
        with desk.visitor() as nobody:
            assert nobody.post(path, files=file, headers=origin).status_code == 401
        big = {"f": ("x.pdf", b"x" * (desk.settings.max_attachment + BODY_LIMIT), "application/pdf")}
        assert again.post(path, files=big, headers=origin).status_code == 413
    with desk.visitor() as nobody:
        assert nobody.post("/sign-in", content=b"x" * (BODY_LIMIT + 1)).status_code == 413


def test_canned_replies_are_written_changed_and_dropped(desk: Served, browser: Browser) -> None:
    case_id = taken(desk, "丁")
    with desk.database.write() as session:
        casework.save_canned(session, desk.member("chen"), title="公用问候", text="您好，请说说经过。", shared=True)
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open(f"/cases/{case_id}", '[data-do="send"]')
        wang.box("reply").fill("请把合同拍照发来。")
        wang.page.get_by_role("button", name="常用语").click()
        shared = wang.page.locator("[data-canned]", has_text="公用问候")
        expect(shared).to_be_visible()
        expect(shared.get_by_role("button", name="改")).to_have_count(0)  # a supervisor's
        wang.page.click('[data-do="canned-new"]')
        form = wang.page.locator(".q-dialog .form").last
        expect(form.locator("textarea")).to_have_value("请把合同拍照发来。")
        form.locator("input").first.fill("要合同")
        form.get_by_role("button", name="保存").click()
        mine = wang.page.locator("[data-canned]", has_text="要合同")
        mine.get_by_role("button", name="改").click()
        wang.page.locator(".q-dialog .form").last.locator("textarea").fill("请把劳动合同每一页拍照发来。")
        wang.page.locator(".q-dialog .form").last.get_by_role("button", name="保存").click()
        expect(mine).to_contain_text("每一页")
        wang.shot(Path(SCREENSHOTS) / "desk-canned-1280.png")
        mine.get_by_role("button", name="删").click()
        wang.page.locator(".q-dialog .form").last.get_by_role("button", name="删掉").click()
        expect(mine).to_have_count(0)
        shared.get_by_text("您好，请说说经过。").click()
        expect(wang.box("reply")).to_have_value("请把合同拍照发来。\n您好，请说说经过。")


def test_a_bound_messenger_is_unbound(desk: Served, browser: Browser) -> None:
    wang_id = desk.member("wang").id
    with desk.database.write() as session:
        person = people.find_or_create(session, channel="wechat", value="wang-s-phone")
        staff.bind(session, wang_id, person.id)
    with staff_at(browser, desk.url, "wang", PHONE) as wang:
        wang.open("/account", '[data-do="unbind"]')
        wang.shot(Path(SCREENSHOTS) / "desk-account-bound-390.png")
        wang.page.click('[data-do="unbind"]')
        expect(wang.told).to_contain_text("已解除绑定")
        expect(wang.page.locator('[data-do="unbind"]')).to_have_count(0)
    assert desk.member("wang").person_id is None


@pytest.mark.parametrize("size", [DESKTOP], ids=["desktop"])
def test_who_leaves_leaves_nobody_waiting(desk: Served, browser: Browser, size: dict[str, int]) -> None:
    leaver, heir = desk.member("li"), desk.member("wang")
    mine = [taken(desk, person, "li") for person in ("甲", "丙")]
    with staff_at(browser, desk.url, "admin", size) as admin:
        admin.open("/staff", ".row-card")
        admin.page.locator(".row-card", has_text="李律师").get_by_role("button", name="修改").click()
        form = admin.page.locator(".q-dialog .form").last
        expect(form).to_contain_text("手上 2 件案件交给")
        form.locator('[data-do="successor"]').click()
        admin.page.get_by_role("option", name="王律师").click()
        form.get_by_text("在职").click()
        admin.shot(Path(SCREENSHOTS) / "desk-leaving-1280.png")
        form.get_by_role("button", name="保存").click()
        expect(admin.page.locator(".q-dialog .form").last).to_contain_text("2 件交给了 王律师")
    with desk.database.write() as session:
        for case_id in mine:
            assert casework.case_view(session, case_id, heir).case.owner_id == heir.id
            told = [(e.kind, e.actor) for e in casework.case_view(session, case_id, heir).events]
            assert ("transfer", desk.member("admin").id) in told
        accounts.change_account(session, leaver.id, actor="system", active=True)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_month_on_the_page_in_a_table_and_in_print(desk: Served, browser: Browser, size: dict[str, int]) -> None:
    for number in range(21):
        person = f"月{number}{size['width']}"
        desk.says(person, "押金不退")
        topic, street = (("renting", "minzhi"), ("labour", "longhua"), ("traffic", "guanlan"))[number % 3]
        desk.opens(person, topic=topic, street=street)
    with staff_at(browser, desk.url, "chen", size) as chen:
        chen.open("/monthly", ".tally")
        expect(chen.page.locator("#main")).to_contain_text("转给律师的，按街道")
        expect(chen.page.locator("#main")).to_contain_text("民治")
        chen.shot(Path(SCREENSHOTS) / f"desk-monthly-{size['width']}.png")
        assert chen.fits()
        chen.open("/monthly?month=2099-01")
        expect(chen.page.locator("#main")).to_contain_text("还没有到")
    with desk.session_of("chen") as chen_again:
        for kind, head in (("xlsx", b"PK"), ("pdf", b"%PDF-")):
            got = chen_again.get(f"/monthly.{kind}", params={"month": f"{TODAY:%Y-%m}"})
            assert got.status_code == 200
            assert got.content.startswith(head)
            assert got.headers["content-disposition"].startswith("attachment")
            (Path(SCREENSHOTS) / f"monthly.{kind}").write_bytes(got.content)
            assert chen_again.get(f"/monthly.{kind}", params={"month": "nonsense"}).status_code == 400
        assert chen_again.get("/monthly.exe").status_code == 404
    with desk.database.read() as session:
        kinds = session.execute(select(audit.c.details).where(audit.c.kind == "board_exported")).scalars().all()
    assert any(str(details.get("what", "")).startswith("monthly") for details in kinds)
