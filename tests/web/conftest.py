from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser

from .fake_api import Fake, create_app
from .page import ChatPage, chromium_path, open_chat, open_chromium


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "web: drives a real browser (Debian's chromium)")


# Module scope, not session: Playwright's sync API keeps an event loop running in this thread, and asyncio tests of
# other folders could not start theirs beside it.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if chromium_path() is None:
        pytest.skip("没有 Chromium，浏览器测试跳过：apt-get install -y chromium-headless-shell fonts-noto-cjk")
    with open_chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def fake_server() -> Iterator[tuple[str, Fake]]:
    fake = Fake()
    server = uvicorn.Server(uvicorn.Config(create_app(fake), host="127.0.0.1", port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the fake API did not start")
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", fake
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def chat_url(fake_server: tuple[str, Fake]) -> str:
    return fake_server[0]


@pytest.fixture
def fake(fake_server: tuple[str, Fake]) -> Fake:
    fake_server[1].reset()
    return fake_server[1]


@pytest.fixture
def chat(browser: Browser, chat_url: str, fake: Fake) -> Iterator[ChatPage]:
    """A fresh person on a phone; afterwards: no script error, no policy violation, no request to another host."""
    with open_chat(browser, chat_url) as opened:
        yield opened
        assert opened.complaints == []
        assert opened.strangers == []
