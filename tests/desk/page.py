"""The desk as a member of staff uses it, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from tests.fakes.desk import PASSWORD
from tests.web.page import DESKTOP


class DeskPage:
    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []  # uncaught errors and policy violations
        self.strangers: list[str] = []  # requests to any other host
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._console)
        page.on(
            "request", lambda r: None if r.url.startswith((url, "data:", "blob:")) else self.strangers.append(r.url)
        )

    def _console(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def sign_in(self, login: str) -> None:
        """As the form does, without drawing it and the queue that follows."""
        context = self.page.context
        context.request.get(f"{self.url}/sign-in")
        form = next(cookie["value"] for cookie in context.cookies(self.url) if cookie["name"] == "xd_form")  # type: ignore[typeddict-item]
        values = {"login": login, "password": PASSWORD, "code": "", "form": form}
        answer = context.request.post(f"{self.url}/sign-in", form=values, headers={"origin": self.url}, max_redirects=0)
        assert answer.status == 303, answer.text()

    def sign_in_by_hand(self, login: str) -> None:
        self.page.goto(f"{self.url}/sign-in")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("#main")

    def open(self, path: str, wait: str = "#main") -> None:
        self.page.goto(self.url + path)
        self.page.wait_for_selector(wait)
        self.page.wait_for_function("() => window.socket?.connected ?? true")

    @property
    def rows(self) -> Locator:
        return self.page.locator("[data-case]")

    @property
    def talk(self) -> Locator:
        return self.page.locator(".talk")

    @property
    def told(self) -> Locator:
        """What the desk said in a corner of the page."""
        return self.page.locator(".q-notification")

    def box(self, name: str) -> Locator:
        return self.page.locator(f'textarea[data-box="{name}"], [data-box="{name}"] textarea')

    def reply(self, text: str) -> None:
        self.box("reply").fill(text)
        self.page.click('[data-do="send"]')
        self.talk.get_by_text(text, exact=True).wait_for()

    def do(self, action: str, reason: str = "") -> None:
        """An action with a dialog."""
        self.page.click(f'[data-do="{action}"]')
        dialog = self.page.locator(".q-dialog .form")
        if reason:
            dialog.locator("textarea").first.fill(reason)
        dialog.get_by_role("button", name="确定").click()

    def shot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(path))

    def fits(self) -> bool:
        """No sideways scroll."""
        return bool(
            self.page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        )


@contextmanager
def staff_at(
    browser: Browser, url: str, login: str, viewport: dict[str, int] = DESKTOP, *, by_hand: bool = False
) -> Iterator[DeskPage]:
    """A browser of their own, signed in, no page open yet unless it was done `by_hand`."""
    with browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai") as context:  # type: ignore[arg-type]
        desk = DeskPage(context.new_page(), url)
        (desk.sign_in_by_hand if by_hand else desk.sign_in)(login)
        yield desk
        assert desk.complaints == []
        assert desk.strangers == []
