"""Park, daily article, quiz and lectures in a real browser, served by the real bot with the real statute book: what went wrong
comes back, a question is taken along into the chat, a registration is made and deleted."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from bot.app import create_app
from knowledge.daily import load_daily
from knowledge.quiz import load_bank
from knowledge.statutes.book import StatuteBook
from knowledge.statutes.build import build_book
from knowledge.statutes.citations import parse_one
from settings import PROJECT_ROOT, Settings
from settings.clock import FixedClock
from tests.web.axe import violations
from tests.web.page import DESKTOP, PHONE, SCREENSHOTS

DAY = datetime(2026, 12, 4, 2, tzinfo=UTC)
FIRST_LOAD_BYTES = 120 * 1024


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A bot on a real port; its action server is the statute book alone."""
    folder = tmp_path_factory.mktemp("popular")
    book = StatuteBook(build_book(Path(PROJECT_ROOT / "var" / "statutes")).path)

    def statute(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        cited = parse_one(asked["law"] + asked["article"])
        article = book.find(cited.law or "", cited.article, cited.sub, on=DAY.date())
        if article is None:
            return httpx.Response(404, json={})
        label = f"《{article.law}》{article.label}"
        since = article.in_force_since.isoformat()
        return httpx.Response(200, json={"label": label, "text": article.text, "in_force_since": since, "source": "x"})

    app = create_app(
        Settings(data_dir=folder, rate_per_minute=10_000, public_url="https://xiaofa.example.gov.cn"),
        FixedClock(DAY),
        actions_transport=httpx.MockTransport(statute),
    )
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the bot did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    book.close()


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=request.param)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda m: faults.append(m.text) if m.type == "error" and "422" not in m.text else None)
    yield opened
    context.close()
    assert faults == []


def shot(page: Page, name: str) -> None:
    width = (page.viewport_size or PHONE)["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than the screen"
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)


def test_a_visitor_of_a_spot(page: Page, served: str) -> None:
    page.goto(f"{served}/park")
    shot(page, "park")
    page.get_by_role("link", name="头顶上的安全").click()
    expect(page.locator(".law__text")).to_contain_text("禁止从建筑物中抛掷物品")
    page.get_by_role("link", name="报警，请警察调查是谁").click()
    expect(page.locator(".verdict--right")).to_contain_text("公安等机关应当依法及时调查")
    shot(page, "park-spot")
    page.get_by_role("link", name="遇到这种事，问小法").click()
    page.wait_for_function("() => performance.getEntriesByName('xf-usable').length")
    assert len(page.locator("#text").input_value()) > 6 and "#" not in page.url  # in the box, not sent
    assert page.locator("#log [data-author=person]").count() == 0


@pytest.mark.parametrize("elderly", [False, True], ids=["plain", "elderly"])
def test_axe_finds_nothing_on_the_plain_pages(page: Page, served: str, elderly: bool) -> None:
    for path in (
        "/park",
        "/park/three-years",
        "/daily",
        "/quiz",
        "/lectures",
        "/lectures/hiring",
        "/calc",
        "/calc/severance",
    ):
        page.goto(served + path)
        if elderly and "large" not in (page.locator("html").get_attribute("class") or ""):
            page.locator("[data-do=large]").click()
        assert violations(page) == [], path
    expect(page.locator("html")).to_have_class("js large" if elderly else "js")  # kept from page to page


@pytest.mark.parametrize("elderly", [False, True], ids=["plain", "elderly"])
def test_axe_finds_nothing_on_the_way_through_the_pages(page: Page, served: str, elderly: bool) -> None:
    """Pages that are come to by doing something: a verdict, a result, a mistake, one's own entry, what is gone."""
    page.goto(f"{served}/park")
    if elderly:
        page.locator("[data-do=large]").click()
    seen: dict[str, list[str]] = {}

    def look(name: str) -> None:
        assert ("large" in (page.locator("html").get_attribute("class") or "")) == elderly, name
        seen[name] = violations(page)

    page.goto(f"{served}/park/falling-object")
    page.locator("a.option").first.click()
    look("an answer at a spot")
    page.goto(f"{served}/daily/month/12")
    look("a month")
    page.goto(f"{served}/quiz/play?topic=renting")
    look("a question")
    for _ in range(10):
        page.locator("button.option").first.click()
        seen.setdefault("a verdict", []).extend(violations(page))
        page.get_by_role("link", name=re.compile("下一题|看成绩")).click()
    look("a result")
    page.goto(f"{served}/lectures/hiring")
    page.get_by_label("怎么称呼您").fill("王女士")
    page.get_by_label("联系电话").fill("12345")
    page.get_by_label("我同意").check()
    page.get_by_role("button", name="登记").click()
    look("a mistake")
    page.get_by_label("联系电话").fill("13800138000")
    page.get_by_role("button", name="登记").click()
    look("one's registration")
    code, mine = joint_claim(served)
    for path in (f"/group/join/{code}", mine):
        page.goto(served + path)
        seen[path] = violations(page)
    gone = page.context.new_page()  # their 404 is no fault
    for path in (
        "/group/join/JT-2222-2222",
        "/take/nothing",
        "/c/nothing",
        "/appointment/x.ics",
        "/report/x-y",
        "/park/x",
    ):
        gone.goto(served + path)
        seen[path] = violations(gone)
    page.goto(f"{served}/group/join/{code}")
    page.get_by_role("button", name="加入").click()
    look("a joint claim without consent")
    assert {name: found for name, found in seen.items() if found} == {}


def joint_claim(served: str) -> tuple[str, str]:
    """Its code, and the path of its starter's page; the bot answers this itself."""
    with httpx.Client(base_url=served, trust_env=False) as http:
        headers = {"X-CSRF-Token": http.post("/api/session", json={}).json()["csrf"]}
        http.post("/api/consent", json={"agreed": True}, headers=headers).raise_for_status()
        said = {"text": "集体登记", "client_id": "8f9d6f0a-7a53-4a39-9d6a-1b3e7a6a0007"}
        card = http.post("/api/messages", json=said, headers=headers).json()["cards"][-1]
    code = re.search(r"JT-\w{4}-\w{4}", card["conclusion"])
    assert code
    return code[0], card["attachments"][0]


def test_first_load_is_light(page: Page, served: str) -> None:
    for path in ("/park/three-years", "/quiz", "/lectures/hiring"):
        received: list[int] = []
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.on(
            "Network.loadingFinished", lambda event, sizes=received: sizes.append(int(event["encodedDataLength"]))
        )
        page.goto(served + path, wait_until="networkidle")
        assert 0 < sum(received) <= FIRST_LOAD_BYTES, path
        client.detach()


def test_a_round_of_the_quiz_and_what_went_wrong_comes_back(page: Page, served: str) -> None:
    right = {question.question: question.right for question in load_bank().values()}
    page.goto(f"{served}/quiz")
    expect(page.locator("#again")).to_be_hidden()
    shot(page, "quiz")
    page.get_by_label("话题").select_option("renting")
    page.get_by_role("button", name="开始答题").click()
    for number in range(1, 11):
        asked = page.locator("h1").inner_text()
        options = page.locator("button.option")
        texts = options.all_inner_texts()
        at = texts.index(right[asked])
        if number == 1:
            shot(page, "quiz-question")
        options.nth((at + 1) % len(texts) if number == 2 else at).click()
        if number in (1, 2):
            expect(page.locator(".verdict")).to_contain_text("答错了" if number == 2 else "答对了")
            shot(page, f"quiz-verdict-{'wrong' if number == 2 else 'right'}")
        page.get_by_role("link", name=re.compile("下一题|看成绩")).click()
    expect(page.locator("h1")).to_contain_text("答了 10 题，对了 9 题，最长连对 8 题")
    page.wait_for_function("() => document.querySelector('.share').complete")
    shot(page, "quiz-result")
    page.goto(f"{served}/quiz")
    expect(page.locator("#again")).to_contain_text("还有 1 题")
    expect(page.locator("#again")).to_contain_text("最长连对：8 题")
    shot(page, "quiz-again")
    page.get_by_role("link", name="再做错过的题").click()
    page.locator("button.option").nth(
        page.locator("button.option").all_inner_texts().index(right[page.locator("h1").inner_text()])
    ).click()
    expect(page.locator(".verdict")).to_contain_text("答对了")
    page.goto(f"{served}/quiz")
    expect(page.locator("#again")).to_contain_text("都答对了")


def test_registering_for_a_lecture_and_taking_it_back(page: Page, served: str) -> None:
    page.goto(f"{served}/lectures")
    shot(page, "lectures")
    page.get_by_role("link", name="招人用人不踩坑").click()
    shot(page, "lecture")
    page.get_by_label("怎么称呼您").fill("王女士")
    page.get_by_label("联系电话").fill("12345")
    page.get_by_label("我同意").check()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_contain_text("电话没看懂")
    expect(page.get_by_label("怎么称呼您")).to_have_value("王女士")
    shot(page, "lecture-mistake")
    page.get_by_label("联系电话").fill("13800138000")
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".verdict--right")).to_contain_text("登记好了")
    shot(page, "lecture-mine")
    page.get_by_role("button", name="不来了").click()
    expect(page.locator("h1")).to_contain_text("不在了")


def test_the_article_of_the_day(page: Page, served: str) -> None:
    page.goto(f"{served}/daily")
    expect(page.locator("h1")).to_have_text(load_daily()["12-04"].title)
    expect(page.locator(".law__text")).not_to_be_empty()
    shot(page, "daily")
    page.get_by_role("link", name="12月全部").click()
    expect(page.locator(".choice")).to_have_count(31)
    shot(page, "daily-month")
