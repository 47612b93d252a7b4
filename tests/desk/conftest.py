"""A desk served by a real server on a real port, with a busy day in its database; nothing in it is a fake but the people."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser

from cases.database import Database
from desk.app import create_app
from desk.runtime import Runtime, use
from settings import PROJECT_ROOT, Settings
from tests.fakes.clock import TODAY
from tests.fakes.desk import PASSWORD, Desk
from tests.web.page import chromium_path, open_chromium


class Served(Desk):
    """`url`: where the desk is; `settings`: of its runtime."""

    url: str
    settings: Settings

    def visitor(self) -> httpx.Client:
        """A browser without a session."""
        return httpx.Client(base_url=self.url, timeout=20, trust_env=False)

    @contextmanager
    def session_of(self, login: str) -> Iterator[httpx.Client]:
        """A browser that signed in."""
        with self.visitor() as client:
            sign_in(client, login)
            yield client


def sign_in(client: httpx.Client, login: str, password: str = PASSWORD, code: str = "") -> httpx.Response:
    client.get("/sign-in")
    form = client.cookies.get("xd_form") or ""
    values = {"login": login, "password": password, "code": code, "form": form}
    return client.post("/sign-in", data=values, headers={"origin": str(client.base_url)})


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("desk")
    built = Path(os.environ.get("XIAOFA_DATA_DIR", PROJECT_ROOT / "var")) / "statutes"
    if built.exists():  # the book is the same for all: built once
        (folder / "statutes").symlink_to(built)
    settings = Settings(data_dir=folder, actions_port=1, rasa_port=1)
    database = Database(settings.database, secrets=settings.secrets)
    database.migrate()
    served = Served(database)
    served.settings = settings
    served.hire()
    served.busy_day(TODAY)
    use(Runtime(settings, database))
    server, thread = _start() or _start(last=True)  # type: ignore[misc]  # the last one answers or raises
    served.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield served
    server.should_exit = True
    thread.join(15)
    database.close()


def _start(*, last: bool = False) -> tuple[uvicorn.Server, threading.Thread] | None:
    """A desk that serves. One that does not come up is told and, as the supervisor of `xiaofa run` would, started once more."""
    server = uvicorn.Server(
        uvicorn.Config(_application(), host="127.0.0.1", port=0, log_level="error", access_log=False)
    )
    told = _Told()
    logging.getLogger("uvicorn.error").addHandler(told)  # after Config, which sets the loggers up anew

    def serve() -> None:
        try:
            asyncio.run(server.serve())
        except BaseException as error:  # noqa: BLE001  whatever ended the desk is told where it is missed
            told.lines.append(repr(error))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            print("the desk did not start:", *told.lines, sep="\n")
            assert not last, told.lines
            return None
        time.sleep(0.05)
    return server, thread


class _Told(logging.Handler):
    """Keeps what the server says of a start that failed."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


_made: list[object] = []


def _application() -> object:
    """NiceGUI keeps its pages once per process: all modules of tests share the application, each with its own runtime."""
    if not _made:
        _made.append(create_app())
    return _made[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if chromium_path() is None:
        pytest.skip("没有 Chromium，浏览器测试跳过：apt-get install -y chromium-headless-shell fonts-noto-cjk")
    with open_chromium() as opened:
        yield opened
