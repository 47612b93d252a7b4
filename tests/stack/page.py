"""The chat page as a person meets it; works against any address."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.web.page import DESKTOP, PHONE, chromium_path, pin_clock
from tests.web.page import open_chromium as browser

__all__ = ["CHROMIUM", "DESKTOP", "PHONE", "ChatPage", "browser", "pin_clock"]
CHROMIUM = chromium_path()


class ChatPage:
    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def open(self) -> None:
        self.page.goto(self.address)
        self.page.wait_for_selector("#text:enabled")

    def agree(self) -> None:
        """Say yes in the consent dialog, when it is there."""
        self.page.wait_for_selector("#consent[open]")
        self.page.click("#consent [data-answer=yes]")
        self.page.wait_for_selector("#consent[open]", state="detached")

    def ask(self, text: str) -> None:
        """Type and send; the first time, consent is asked in between."""
        before = self.page.locator("#log .card").count()
        self.page.fill("#text", text)
        self.page.press("#text", "Enter")
        self.page.wait_for_function(
            "n => document.querySelector('#consent').open || document.querySelectorAll('#log .card').length > n",
            arg=before,
        )
        if self.page.locator("#consent[open]").count():
            self.agree()
        self.page.wait_for_function("n => document.querySelectorAll('#log .card').length > n", arg=before)

    def last_card(self) -> str:
        return self.page.locator("#log .card").last.inner_text()

    def shot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(path))
