"""What a second person publishes at the desk, the running bot answers with within seconds: no restart, no new training."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from cases import staff
from cases.database import Database
from knowledge.content import load_content
from service import drafting
from settings import Settings
from tests.desk.page import staff_at
from tests.stack.conftest import Stack
from tests.stack.page import CHROMIUM, browser
from tests.stack.talk import Person
from tests.stack.test_desk_browser import hire

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 Debian 的 chromium：sudo make test-packages")
FAQ = "labour.wages.stack-test"
ASKED = ["天空大海小河的工资怎么要", "子丑寅卯的工资怎么要", "东南西北中的工资怎么要", "春夏秋冬的工资怎么要",
         "赤橙青蓝紫的工资怎么要", "宫商角徵羽的工资怎么要", "金木水火土的工资怎么要", "琴棋书画诗的工资怎么要"]  # fmt: skip
WITHIN = 15.0  # seconds; the action server looks every two, and reads the new content in a few


def written(stack: Stack, login: str) -> str:
    """A draft that passes every check, handed in; returns its id."""
    body: dict[str, Any] = load_content().faqs["labour.wages.arrears"].model_dump(mode="json")
    body |= {"id": FAQ, "question": "天空大海小河欠工资，怎么办？", "variants": ASKED, "related": []}
    settings = Settings(data_dir=stack.data_dir)
    database = Database(settings.database, secrets=settings.secrets)
    with database.write() as session:
        found = staff.credentials(session, login)
        assert found
        draft = drafting.start(session, found.staff, origin="new", question="")
        drafting.save(session, found.staff, draft, body, version=1)
        drafting.submit(session, found.staff, draft, version=2)
    database.close()
    return draft


def answered_with(client: httpx.Client) -> str | None:
    found: str | None = Person(client).say(ASKED[0])[-1].get("faq_id")
    return found


def test_published_at_the_desk_answered_by_the_running_bot(stack: Stack, client: httpx.Client) -> None:
    author, reader = hire(stack, "赵敏", "editor"), hire(stack, "钱进", "editor")
    assert answered_with(client) != FAQ
    draft = written(stack, author)
    with browser() as started, staff_at(started, stack.desk, reader) as desk:
        desk.open(f"/editor/drafts/{draft}", '[data-do="publish"]')
        expect(desk.page.get_by_text("没有发现问题")).to_be_visible(timeout=60_000)
        desk.page.click('[data-do="publish"]')
        desk.page.wait_for_url("**/editor")
    published = time.monotonic()
    while answered_with(client) != FAQ:
        assert time.monotonic() - published < WITHIN, "the running bot does not know it"
        time.sleep(0.5)
