"""Two lawyers, two people, a real browser each: what is new comes by itself, nobody overwrites anybody, nothing runs."""

from __future__ import annotations

import os
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from cases import people, staff_sessions
from cases.schema import cases
from cases.schema import staff_sessions as sessions_table
from service import accounts, casework
from tests.desk.conftest import Served
from tests.desk.page import staff_at
from tests.fakes.clock import TODAY
from tests.web.page import DESKTOP, PHONE, SCREENSHOTS

XSS = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{ hacked }}'
WITHIN = 2.0  # seconds until what is new is seen
expect.set_options(timeout=20_000)


def in_time(started: float) -> bool:
    """Within two seconds of an idle machine; where more wants to run than there are cores, of one's share of it."""
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    return time.monotonic() - started < WITHIN * crowd


def test_person_to_case_to_answer_to_close(desk: Served, browser: Browser) -> None:
    with staff_at(browser, desk.url, "wang") as wang, staff_at(browser, desk.url, "chen") as chen:
        wang.open("/")
        chen.open("/")
        expect(wang.rows).to_have_count(5)
        desk.says("己", "被辞退了，公司不给补偿")
        started = time.monotonic()
        opened = desk.opens(
            "己", title="违法辞退", reasons=[{"title": "本人要求律师", "urgency": "normal", "reason": "要找律师"}]
        )
        expect(wang.rows).to_have_count(6)
        expect(chen.rows).to_have_count(6)
        assert in_time(started)

        wang.page.click(f'[data-claim="{opened.id}"]')
        wang.page.wait_for_url(f"**/cases/{opened.id}")
        wang.reply("您好，我是王律师，请问合同签到哪天？")
        assert [e.text for e in _spoken(desk, opened.id) if e.author == "lawyer"] == [
            "您好，我是王律师，请问合同签到哪天？"
        ]

        expect(wang.page.locator(".head")).to_contain_text("律师办理中")
        started = time.monotonic()
        desk.says("己", "签到明年六月")
        expect(wang.talk.get_by_text("签到明年六月")).to_be_visible()
        assert in_time(started)
        wang.do("resolve")
        expect(wang.page.locator('[data-do="close"]')).to_be_visible()
        with desk.database.write() as session:
            casework.rate(session, opened.id, 5)
        wang.do("close")
        expect(wang.page.locator(".head")).to_contain_text("已关闭")


def test_two_lawyers_never_overwrite_each_other(desk: Served, browser: Browser) -> None:
    case = desk.cases["丙"].id
    with staff_at(browser, desk.url, "wang") as wang, staff_at(browser, desk.url, "li") as li:
        wang.open(f"/cases/{case}", '[data-do="claim"]')
        li.open(f"/cases/{case}", '[data-do="claim"]')
        wang.page.click('[data-do="claim"]')
        wang.page.wait_for_selector(".talk")
        li.page.click('[data-do="claim"]')
        expect(li.told).to_be_visible()  # refused in words, which no reload wipes away
        expect(li.page.get_by_text("王律师").first).to_be_visible()
    with desk.database.read() as session:
        assert casework.queue_row(session, case, desk.member("li")).owner_name == "王律师"


def test_a_dialog_opened_before_a_change_is_refused_in_words(desk: Served, browser: Browser) -> None:
    case = desk.cases["丁"].id
    with desk.database.write() as session:
        casework.claim(session, case, desk.member("wang"), version=1)
        casework.say_to_person(session, case, desk.member("wang"), "您好", key="k1")
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open(f"/cases/{case}", '[data-do="resolve"]')
        wang.page.click('[data-do="resolve"]')
        wang.page.wait_for_selector(".q-dialog .form")
        with desk.database.write() as session:
            casework.second(session, case, desk.member("chen"), desk.member("li").id, version=_version(desk, case))
        expect(wang.page.locator(".head")).to_contain_text("李律师")  # without a reload
        wang.page.locator(".q-dialog .form").get_by_role("button", name="确定").click()
        expect(wang.told).to_contain_text("刚被别人改过")
    with desk.database.read() as session:
        assert casework.queue_row(session, case, desk.member("wang")).status == "active"


def test_a_double_click_says_it_once(desk: Served, browser: Browser) -> None:
    case = desk.cases["丁"].id
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open(f"/cases/{case}", '[data-do="send"]')
        wang.box("reply").fill("只说一次")
        wang.page.dblclick('[data-do="send"]')
        wang.talk.get_by_text("只说一次").wait_for()
        wang.page.wait_for_timeout(800)
    assert [entry.text for entry in _spoken(desk, case)].count("只说一次") == 1


def test_a_double_click_writes_one_note_one_deadline_and_moves_a_case_once(desk: Served, browser: Browser) -> None:
    desk.says("庚", "押金不退")
    case = desk.opens("庚", topic="renting").id
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open(f"/cases/{case}", '[data-do="claim"]')
        wang.page.dblclick('[data-do="claim"]')
        wang.page.wait_for_selector(".talk")
        wang.box("note").fill("只记一次")
        wang.page.dblclick('[data-do="note"]')
        expect(wang.page.locator(".side").get_by_text("只记一次", exact=True)).to_have_count(1)
        wang.page.get_by_role("button", name="登记").click()
        form = wang.page.locator(".q-dialog .form")
        form.locator("input").first.fill("起诉期限")
        form.locator("input[type=date]").fill((TODAY + timedelta(days=40)).isoformat())
        form.get_by_role("button", name="登记").dblclick()
        expect(form).to_have_count(0)
        wang.page.click('[data-do="resolve"]')
        wang.page.locator(".q-dialog .form").get_by_role("button", name="确定").dblclick()
        expect(wang.page.locator(".head")).to_contain_text("已办结")
        wang.page.wait_for_timeout(800)
        expect(wang.told).to_have_count(0)  # nobody is told that somebody else was faster: it was the same hand
    with desk.database.write() as session:
        view = casework.case_view(session, case, desk.member("wang"))
    assert ([note.text for note in view.notes], len(view.deadlines)) == (["只记一次"], 1)
    assert [event.kind for event in view.events].count("resolve") == 1


def test_what_was_acknowledged_weeks_ago_may_be_acknowledged_again(desk: Served, browser: Browser) -> None:
    desk.says("辛", "收到判决，想上诉")
    last = TODAY + timedelta(days=5)
    due = {"kind": "appeal", "title": "上诉期", "start_on": None, "last_day": last}
    case = desk.opens("辛", deadlines_found=[due]).id
    wang = desk.member("wang")
    with desk.database.write() as session:
        casework.claim(session, case, wang, version=1)
        (found,) = casework.case_view(session, case, wang).deadlines
        now = session.now
        session.execute(update(cases).where(cases.c.id == case).values(queued_at=now - timedelta(days=20),
                                                                       assigned_at=now - timedelta(days=20)))  # fmt: skip
        session.now = now - timedelta(days=15)
        casework.acknowledge_deadline(session, found.id, wang)
        session.now = now
    with staff_at(browser, desk.url, "wang") as page:
        page.open(f"/cases/{case}", '[data-do="note"]')
        page.page.get_by_role("button", name="知道了").click()
        expect(page.page.get_by_role("button", name="知道了")).to_have_count(0)
        expect(page.page.get_by_role("button", name="办好了")).to_have_count(1)


HEARD = """() => {
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) { window.tones += 1; return start.call(this, at); };
}"""


def test_what_is_new_sounds_and_stands_in_the_title_until_somebody_looks(desk: Served, browser: Browser) -> None:
    case = _in_hand(desk, "丁")
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open(f"/cases/{case}", ".talk .said")
        wang.page.evaluate(HEARD)
        wang.page.evaluate("() => { document.hasFocus = () => false; }")  # the lawyer is at another window
        wang.page.locator(".head").click()  # no sound before the page was touched: the browser's rule
        title = wang.page.title()
        desk.says("丁", "我又想起一件事")
        expect(wang.page).to_have_title(f"（1 条新消息）{title}")
        desk.says("丁", "还有一件")
        expect(wang.page).to_have_title(f"（2 条新消息）{title}")
        assert wang.page.evaluate("() => window.tones") == 4  # two tones each time
        wang.page.evaluate("() => window.dispatchEvent(new Event('focus'))")
        expect(wang.page).to_have_title(title)
        wang.page.click('[data-do="sound"]')  # quiet now, and after a reload
        wang.page.reload()
        wang.page.wait_for_selector(".talk .said")
        wang.page.wait_for_function("() => window.socket?.connected ?? true")
        expect(wang.page.locator('[data-do="sound"]')).to_have_attribute("aria-pressed", "false")
        wang.page.evaluate(HEARD)
        wang.page.evaluate("() => { document.hasFocus = () => false; }")
        desk.says("丁", "第三件")
        expect(wang.page).to_have_title(f"（1 条新消息）{title}")
        assert wang.page.evaluate("() => window.tones") == 0
    with staff_at(browser, desk.url, "li") as li:  # the queue: a new case sounds too
        li.open("/")
        li.page.evaluate(HEARD)
        li.page.evaluate("() => { document.hasFocus = () => false; }")
        title = li.page.title()
        desk.says("壬", "网购退不了款")
        desk.opens("壬", topic="consumer")
        expect(li.page).to_have_title(f"（1 条新消息）{title}")
        assert li.page.evaluate("() => window.tones") == 2


def test_what_people_write_stays_text(desk: Served, browser: Browser) -> None:
    desk.says("坏", XSS)
    line = {"text": XSS, "message_id": 'x" onclick="window.hacked=1'}
    brief = {"title": XSS, "wants": [line], "facts": [line], "timeline": [{**line, "on": XSS}], "evidence_missing": [line],
             "amounts": [line], "people": [line], "advised": [line], "articles": [{"citation": {"label": XSS, "text": XSS}}], "law_as_of": XSS}  # fmt: skip
    opened = desk.opens(
        "坏", topic=XSS[:40], brief=brief, reasons=[{"title": XSS, "reason": XSS, "urgency": "soon"}], opponents=[XSS], street=XSS[:20],
        contact={"kind": XSS, "phone": XSS, "name": XSS},
        deadlines_found=[{"kind": "x", "title": XSS, "start_on": None, "last_day": TODAY + timedelta(days=9)}],
    )  # fmt: skip
    with staff_at(browser, desk.url, "chen") as chen:
        chen.open("/")
        expect(chen.page.get_by_text("<img src=x").first).to_be_visible()
        chen.page.click(f'[data-claim="{opened.id}"]')
        chen.page.wait_for_selector(".talk .said")
        chen.page.get_by_role("button", name="显示").click()
        desk.says("坏", XSS)
        expect(chen.page.locator(".talk .said--person")).to_have_count(2)
        chen.open("/board", ".tile")
        chen.open("/alerts")
        assert chen.page.evaluate("() => window.hacked") is None
        assert chen.page.locator("img[src=x]").count() == 0


def test_a_page_opened_before_sign_out_can_do_nothing(desk: Served, browser: Browser) -> None:
    case = desk.cases["丁"].id
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open(f"/cases/{case}", '[data-do="send"]')
        wang.box("reply").fill("退出之后的话")
        with desk.database.write() as session:
            staff_sessions.end_all(session, desk.member("wang").id)
        wang.page.evaluate("() => document.querySelector('[data-do=send]')?.click()")
        wang.page.wait_for_url("**/sign-in")
    assert "退出之后的话" not in [entry.text for entry in _spoken(desk, case)]


def test_a_shut_account_is_out_at_once(desk: Served, browser: Browser) -> None:
    qian = desk.member("qian")
    with staff_at(browser, desk.url, "qian") as editor:
        editor.open("/editor")
        with desk.database.write() as session:
            accounts.change_account(session, qian.id, actor="system", active=False)
            assert not list(session.execute(sessions_table.select().where(sessions_table.c.staff_id == qian.id)))
        editor.page.reload()
        editor.page.wait_for_url("**/sign-in")
    with desk.database.write() as session:
        accounts.change_account(session, qian.id, actor="system", active=True)


def test_an_exact_citation_is_put_into_the_reply_without_the_action_server(desk: Served, browser: Browser) -> None:
    case = desk.cases["丁"].id
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open(f"/cases/{case}", '[data-do="cite"]')
        wang.page.keyboard.press("i")
        wang.page.wait_for_selector(".q-dialog .form input")
        wang.page.locator(".q-dialog .form input").fill("民法典577")
        wang.page.keyboard.press("Enter")
        wang.page.get_by_text("只按法条名精确查找").wait_for(timeout=90_000)  # the first search reads the book
        wang.page.locator(".found .law").first.click()
        expect(wang.box("reply")).to_have_value(_contains("《民法典》第五百七十七条"))


def test_the_account_page_gives_a_code_that_binds_wechat(desk: Served, browser: Browser) -> None:
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open("/account")
        wang.page.click('[data-do="binding"]')
        shown = wang.page.locator('[data-shown="binding"]')
        expect(shown).to_contain_text("绑定 LH-")
        code = shown.inner_text().rsplit("绑定 ", 1)[1]
    with desk.database.write() as session:
        person = people.find_or_create(session, channel="wechat", value="wang-s-own-phone")
        member = casework.bind_by_code(session, code, person.id)
        assert member and member.name == "王律师"


def test_the_keyboard_alone_takes_a_case(desk: Served, browser: Browser) -> None:
    with staff_at(browser, desk.url, "li") as li:
        li.open("/", "[data-case]")
        li.page.keyboard.press("?")
        expect(li.page.locator("#keys")).to_be_visible()
        li.page.keyboard.press("?")
        expect(li.page.locator("#keys")).not_to_be_visible()
        li.page.keyboard.press("j")
        expect(li.page.locator(".case--picked")).to_have_count(1)
        li.page.keyboard.press("Enter")
        li.page.wait_for_url("**/cases/*")
        li.page.keyboard.press("c")
        li.page.wait_for_selector(".talk")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_fits_and_is_photographed(desk: Served, browser: Browser, viewport: dict[str, int]) -> None:
    size = viewport["width"]
    with staff_at(browser, desk.url, "chen", viewport) as chen:
        for path, name in (("/", "queue"), ("/alerts", "alerts"), ("/board", "board"), ("/duty", "duty"), ("/editor", "editor"),
                           (f"/cases/{desk.cases['丁'].id}", "case"), ("/account", "account"), ("/status", "status")):  # fmt: skip
            chen.open(path)
            chen.page.wait_for_timeout(700)
            chen.shot(Path(SCREENSHOTS) / f"desk-{name}-{size}.png")
            assert chen.fits(), path


def _contains(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))


def _in_hand(desk: Served, person: str) -> str:
    """The person's case, with wang."""
    case_id, wang = desk.cases[person].id, desk.member("wang")
    with desk.database.write() as session:
        row = casework.queue_row(session, case_id, wang)
        if row.status == "queued":
            casework.claim(session, case_id, wang, version=row.version)
    return case_id


def _version(desk: Served, case_id: str) -> int:
    with desk.database.read() as session:
        return casework.queue_row(session, case_id, desk.member("chen")).version


def _spoken(desk: Served, case_id: str) -> list:  # type: ignore[type-arg]
    with desk.database.write() as session:
        return casework.entries(session, case_id, desk.member("chen"))
