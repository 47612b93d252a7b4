"""Park, daily article, quiz and lectures through the real processes and a real browser: articles verbatim, what went wrong
comes back, a question taken along into the chat, a registration made and deleted."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from knowledge.park import load_spots
from knowledge.quiz import load_bank
from tests.stack.conftest import Stack
from tests.stack.page import CHROMIUM, DESKTOP, PHONE, browser
from tests.stack.test_browser import FIRST_LOAD_BYTES, SHOTS


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("没有 Debian 的 chromium：sudo make test-packages")
    with browser() as started:
        yield started


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=request.param)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert faults == []


def shot(page: Page, name: str) -> None:
    width = (page.viewport_size or PHONE)["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than the screen"
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("spot", load_spots().values(), ids=lambda spot: spot.id)
def test_every_spot_shows_its_article_from_the_book(client: httpx.Client, spot) -> None:  # type: ignore[no-untyped-def]
    shown = client.get(f"/park/{spot.id}")
    assert shown.status_code == 200 and shown.text.count("逐字取自法条库") == len(spot.citations)
    assert "/#ask=" in shown.text


def test_a_visitor_of_a_spot(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.bot}/park")
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


def test_first_load_is_light(page: Page, stack: Stack) -> None:
    for path in ("/park/three-years", "/quiz", "/lectures/hiring"):
        received: list[int] = []
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.on(
            "Network.loadingFinished", lambda event, sizes=received: sizes.append(int(event["encodedDataLength"]))
        )
        page.goto(stack.bot + path, wait_until="networkidle")
        assert 0 < sum(received) <= FIRST_LOAD_BYTES, path
        client.detach()


def test_a_round_of_the_quiz_and_what_went_wrong_comes_back(page: Page, stack: Stack) -> None:
    right = {question.question: question.right for question in load_bank().values()}
    page.goto(f"{stack.bot}/quiz")
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
    page.goto(f"{stack.bot}/quiz")
    expect(page.locator("#again")).to_contain_text("还有 1 题")
    expect(page.locator("#again")).to_contain_text("最长连对：8 题")
    shot(page, "quiz-again")
    page.get_by_role("link", name="再做错过的题").click()
    page.locator("button.option").nth(
        page.locator("button.option").all_inner_texts().index(right[page.locator("h1").inner_text()])
    ).click()
    expect(page.locator(".verdict")).to_contain_text("答对了")
    page.goto(f"{stack.bot}/quiz")
    expect(page.locator("#again")).to_contain_text("都答对了")


def test_registering_for_a_lecture_and_taking_it_back(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.bot}/lectures")
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
