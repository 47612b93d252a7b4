"""The chat page as a person uses it, wherever it is served: the fake, or the real stack.

with open_chromium() as browser, open_chat(browser, "http://127.0.0.1:8000") as chat:
    chat.agree_and_ask("公司拖欠工资怎么办")
    assert chat.last_card.get_attribute("data-kind") == "answer"
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.fakes.clock import SHIFT

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
SCREENSHOTS = Path(os.environ.get("XIAOFA_SHOTS", Path(__file__).resolve().parents[2] / "var" / "screenshots"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Not Playwright's own clock: it stops the timers too.
MOVED_DATE = """
{
    const now = () => Real.now() + SHIFT, Real = Date;
    globalThis.Date = class extends Real {
        constructor(...given) { given.length ? super(...given) : super(now()); }
        static now() { return now(); }
    };
}
"""


def chromium_path() -> str | None:
    """Debian's Chromium, without its own windows where it is there, or the one named by XIAOFA_CHROMIUM; None when there
    is none."""
    known = map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))
    return os.environ.get("XIAOFA_CHROMIUM") or next(filter(None, known), None)


@contextmanager
def open_chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        raise FileNotFoundError("没有 Chromium：apt-get install -y chromium-headless-shell fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def pin_clock(context: BrowserContext) -> None:
    """The clock of its pages goes as that of the processes (tests/fakes/clock.py): what is a moment apart looks so."""
    milliseconds = 1000 * float(os.environ.get(SHIFT, "0"))
    context.add_init_script(MOVED_DATE.replace("SHIFT", f"{milliseconds:.0f}"))


@contextmanager
def open_chat(browser: Browser, url: str, viewport: dict[str, int] = PHONE, **context: Any) -> Iterator[ChatPage]:
    """A fresh person (no cookie, no storage) with the page open. Nothing outside `url` may be asked for."""
    with browser.new_context(
        viewport=viewport,  # type: ignore[arg-type]
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        **context,
    ) as opened:
        pin_clock(opened)
        page = opened.new_page()
        chat = ChatPage(page, url)
        chat.open()
        yield chat


class ChatPage:
    """Helper methods speak of what a person does and sees; no test names a CSS class twice."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url.rstrip("/")
        self.complaints: list[str] = []  # uncaught errors and policy violations
        self.strangers: list[str] = []  # requests to any other host
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._console)
        page.on("request", lambda r: None if r.url.startswith(self.url + "/") else self.strangers.append(r.url))

    def _console(self, message: Any) -> None:
        # A refused request is logged by Chromium itself; that is what some tests provoke.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def open(self) -> None:
        self.page.goto(self.url + "/")
        self.wait_usable()

    def reload(self) -> None:
        self.page.reload()
        self.wait_usable()

    def wait_usable(self) -> float:
        """Milliseconds from navigation until a person can write, choose and call."""
        handle = self.page.wait_for_function("() => performance.getEntriesByName('xf-usable')[0]?.startTime")
        return float(handle.json_value())

    # What is there
    @property
    def box(self) -> Locator:
        return self.page.locator("#text")

    @property
    def cards(self) -> Locator:
        return self.page.locator("#log .card")

    @property
    def last_card(self) -> Locator:
        return self.cards.last

    @property
    def said(self) -> Locator:
        return self.page.locator("#log [data-author=person]")

    @property
    def consent(self) -> Locator:
        return self.page.locator("#consent")

    @property
    def error(self) -> Locator:
        return self.page.locator("#error")

    @property
    def retry_button(self) -> Locator:
        return self.said.get_by_role("button", name="重试")

    def starter(self, label: str) -> Locator:
        return self.page.locator(".starter", has_text=label)

    def citation(self, number: int, card: Locator | None = None) -> Locator:
        return (card or self.last_card).locator("details.cite").nth(number)

    def choice(self, label: str) -> Locator:
        return self.last_card.locator(".choice", has_text=label)

    # What a person does
    def type_and_send(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def agree(self) -> None:
        self.consent.get_by_role("button", name="同意，继续").click()

    def decline(self) -> None:
        self.consent.get_by_role("button", name="不同意").click()

    def ask(self, text: str, *, cards: int = 1) -> Locator:
        """Ask and wait for `cards` more cards than there were; returns the last one."""
        before = self.cards.count()
        self.type_and_send(text)
        return self.wait_cards(before + cards)

    def agree_and_ask(self, text: str) -> Locator:
        self.type_and_send(text)
        self.agree()
        return self.wait_cards(1)

    def wait_cards(self, count: int) -> Locator:
        expect(self.cards).to_have_count(count)
        expect(self.page.locator(".typing")).to_have_count(0)
        return self.last_card

    def menu(self, item: str) -> None:
        self.page.locator(".menu summary").click()
        self.page.locator(".menu__item", has_text=item).click()

    # What is measured
    def overflows(self) -> bool:
        """Whether anything makes the page scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def screenshot(self, name: str, *, full: bool = False) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(450)  # let smooth scrolling come to rest
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=path, full_page=full)
        return path


def first_load_bytes(browser: Browser, url: str) -> dict[str, int]:
    """Bytes over the wire, headers included, for a first visit with an empty cache: one entry per request."""
    with browser.new_context(viewport=PHONE) as context:  # type: ignore[arg-type]
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        names: dict[str, str] = {}
        sizes: dict[str, int] = {}
        devtools.on("Network.requestWillBeSent", lambda e: names.update({e["requestId"]: e["request"]["url"]}))
        devtools.on(
            "Network.loadingFinished",
            lambda e: sizes.update({names[e["requestId"]]: int(e["encodedDataLength"])}),
        )
        devtools.send("Network.enable")
        chat = ChatPage(page, url)
        chat.open()
        page.wait_for_load_state("networkidle")
        return sizes


def usable_on_cheap_phone(browser: Browser, url: str) -> float:
    """Milliseconds until usable on a first visit at a sixth of this CPU and a slow 4G line (for `make bench`)."""
    with browser.new_context(viewport=PHONE, device_scale_factor=2) as context:  # type: ignore[arg-type]
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        line = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
        devtools.send("Network.emulateNetworkConditions", line)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 6})
        chat = ChatPage(page, url)
        page.goto(chat.url + "/")
        return chat.wait_usable()
