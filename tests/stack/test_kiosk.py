"""The self-service machine on the real processes: asked without typing, taken along once, and nothing left of who goes."""

from __future__ import annotations

import io
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from sqlalchemy import create_engine, text

from knowledge.kiosk import load_problems
from tests.stack.conftest import ROOT, Stack
from tests.stack.page import CHROMIUM, browser
from tests.stack.talk import Person
from tests.web.axe import violations

SHOTS = Path(os.environ.get("XIAOFA_SHOTS", ROOT / "var" / "screenshots"))
UPRIGHT, LYING = {"width": 1080, "height": 1920}, {"width": 1280, "height": 800}

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="没有 Debian 的 chromium：sudo make test-packages")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(params=[UPRIGHT, LYING], ids=["upright", "lying"])
def page(request: pytest.FixtureRequest, chromium: Browser, stack: Stack) -> Iterator[Page]:
    context = chromium.new_context(viewport=request.param, locale="zh-CN")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.set_default_timeout(20_000)
    opened.clock.install()
    opened.goto(f"{stack.bot}/kiosk")
    opened.wait_for_load_state("networkidle")
    yield opened
    context.close()
    assert faults == []


def rows(stack: Stack) -> dict[str, int]:
    """How many rows of a person's own there are."""
    names = ("people", "conversations", "messages", "cards", "interviews", "takeaways")
    with create_engine(f"sqlite:///{stack.data_dir / 'xiaofa.db'}").connect() as connection:
        return {name: connection.execute(text(f"select count(*) from {name}")).scalar_one() for name in names}  # noqa: S608


def ask(page: Page, topic: str, problem: str) -> None:
    page.get_by_role("button", name=topic, exact=True).click()
    page.get_by_role("button", name=problem).click()
    page.get_by_role("button", name="同意，继续").click()
    expect(page.locator("#log .card")).to_have_count(1)


def visitor(page: Page) -> str:
    """The session cookie of who stands at the machine."""
    return next(each["value"] for each in page.context.cookies() if each["name"] == "xf_session")


def nothing_left(page: Page, stack: Stack, gone: str) -> None:
    """Nothing of the person before: on the page, in the browser's stores, in the cookie, and their session opens nothing."""
    kept = page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length,
        (await indexedDB.databases()).length, document.querySelectorAll("#log > *").length]"""
    )
    assert kept == [0, 0, 0, 0, 0]
    assert page.locator("#text").input_value() == ""
    assert all(each["value"] != gone for each in page.context.cookies())
    with httpx.Client(base_url=stack.bot, trust_env=False, cookies={"xf_session": gone}) as again:
        assert not again.post("/api/session", json={}).json()["conversation"]
        assert "押金" not in again.get("/api/messages", params={"after": 0}).text


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{(page.viewport_size or LYING)['width']}.png")


def test_every_problem_is_answered_without_typing(client: httpx.Client) -> None:
    wrong = []
    for topic in load_problems().values():
        for problem in topic.problems:
            client.cookies.clear()  # somebody else each time, as at the machine
            cards: list[dict[str, Any]] = Person(client).say(problem.ask)
            if not any(c["kind"] == "safety" or c["faq_id"] == problem.faq for c in cards):
                wrong.append((problem.faq, [(c["kind"], c["faq_id"]) for c in cards]))
    assert not wrong, wrong


@needs_browser
def test_who_goes_leaves_nothing(page: Page, stack: Stack) -> None:
    before = rows(stack)
    shot(page, "kiosk-home")
    last, composer = page.locator(".kiosk__topic").last.bounding_box(), page.locator(".composer").bounding_box()
    assert last and composer and last["y"] + last["height"] <= composer["y"]  # every topic is seen without scrolling
    assert violations(page) == []
    ask(page, "租房", "退租后房东不退押金怎么办")
    assert rows(stack)["messages"] > before["messages"]
    gone = visitor(page)
    shot(page, "kiosk-answer")
    assert violations(page) == []
    page.get_by_role("button", name="数字键").click()
    page.locator("[data-key='3']").click()
    expect(page.locator("#text")).to_have_value("3")
    page.get_by_role("button", name="结束并清空").click()
    expect(page.locator("#home")).to_be_visible()  # the page has come anew: what was to be erased is
    expect(page.locator("#log .card")).to_have_count(0)
    assert rows(stack) == before
    expect(page.locator("#home")).to_be_visible()
    expect(page.locator("#text")).to_have_value("")
    nothing_left(page, stack, gone)
    page.go_back()  # to what was open before the kiosk
    expect(page.locator("body")).not_to_contain_text("押金")


@needs_browser
def test_a_minute_untouched_warns_and_wipes(page: Page, stack: Stack) -> None:
    before = rows(stack)
    ask(page, "借钱与担保", "借条丢了")
    gone = visitor(page)
    page.clock.fast_forward(50_000)
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.fast_forward(12_000)
    expect(page.locator("#idle")).to_be_visible()
    shot(page, "kiosk-idle")
    page.get_by_role("button", name="我还在").click()
    expect(page.locator("#idle")).to_be_hidden()
    expect(page.locator("#log .card")).to_have_count(1)
    page.clock.fast_forward(62_000)
    expect(page.locator("#idle")).to_be_visible()
    page.clock.fast_forward(16_000)
    expect(page.locator("#home")).to_be_visible()
    expect(page.locator("#log .card")).to_have_count(0)
    assert rows(stack) == before
    nothing_left(page, stack, gone)


@needs_browser
def test_what_is_printed_is_the_answer_and_no_button(page: Page) -> None:
    ask(page, "租房", "退租后房东不退押金怎么办")
    page.evaluate("() => { window.print = () => { window.printed = (window.printed ?? 0) + 1; }; }")
    page.get_by_role("button", name="打印").click()
    assert page.evaluate("window.printed") == 1
    paper = page.pdf(format="A4")
    SHOTS.mkdir(parents=True, exist_ok=True)
    (SHOTS / f"kiosk-print-{(page.viewport_size or LYING)['width']}.pdf").write_bytes(paper)
    read = "".join(each.extract_text() for each in PdfReader(io.BytesIO(paper)).pages)
    text = unicodedata.normalize("NFKC", read)  # a PDF may give 金 back as the radical that looks the same
    assert "押金" in text and "本内容由程序自动生成" in text
    assert "准备这些证据" in text  # the elderly mode shows less on the screen, not on paper
    assert not any(word in text for word in ("结束并清空", "数字键", "问别的", "点一下就能问"))


@needs_browser
def test_a_child_who_asked_for_a_parent_leaves_nothing_either(page: Page) -> None:
    page.get_by_role("button", name="替家人问").click()
    assert violations(page) == []
    page.get_by_role("button", name="替爸妈问").click()
    expect(page.locator("#for")).to_have_text("正在替爸妈问")
    ask(page, "租房", "退租后房东不退押金怎么办")
    expect(page.locator("#log .card")).to_contain_text("押金")
    expect(page.locator("#log")).to_contain_text("我替爸妈问：退租后房东不退押金怎么办")
    page.evaluate("() => { window.said = []; speechSynthesis.speak = u => said.push(u.text); }")
    page.locator("#log .card .aloud").click()
    assert "押金" in "".join(page.evaluate("said"))
    shot(page, "kiosk-helper")
    page.get_by_role("button", name="结束并清空").click()
    expect(page.locator("#home")).to_be_visible()
    expect(page.locator("#for")).to_be_hidden()


def test_there_are_sixty_problems_in_ten_topics() -> None:
    topics = load_problems().values()
    assert (len(topics), len({problem.ask for topic in topics for problem in topic.problems})) == (10, 60)


@needs_browser
def test_taken_along_once_by_the_phone(page: Page, stack: Stack, chromium: Browser) -> None:
    before = rows(stack)
    ask(page, "租房", "退租后房东不退押金怎么办")
    with page.expect_response("**/kiosk/take") as told:
        page.get_by_role("button", name="扫码带走").click()
    expect(page.locator("#code svg")).to_be_visible()
    shot(page, "kiosk-take")
    assert told.value.headers["cache-control"] == "no-store"
    page.get_by_role("button", name="扫好了").click()
    expect(page.locator("#home")).to_be_visible()
    assert rows(stack) == {**before, "takeaways": before["takeaways"] + 1}


def test_a_guessed_token_opens_nothing(stack: Stack, client: httpx.Client) -> None:
    gone = client.get("/take/" + "x" * 32)
    assert gone.status_code == 404 and "已经打开过" in gone.text
    assert client.post("/take/" + "x" * 32).status_code == 404


def test_nobody_without_a_session_takes_or_leaves(client: httpx.Client, stack: Stack) -> None:
    with httpx.Client(base_url=stack.bot, trust_env=False) as stranger:
        assert stranger.post("/kiosk/take", json={}).status_code == 403
        assert stranger.post("/kiosk/leave", json={}).status_code == 403
