"""Real bot processes in a test, between a fake Rasa and a simulated WeChat on real ports."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from cases.database import Database
from settings import Settings
from tests.fakes.rasa import FakeRasa
from tests.fakes.wechat import FakeWeChat, running_wechat

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[int]:
    """An application on a port of this process."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none", lifespan="off"))
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


@dataclass
class Town:
    """`start` starts processes; their logs are one file."""

    wechat: FakeWeChat
    rasa: Any
    environment: dict[str, str]
    log: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    async def bot(self, *point: str) -> tuple[str, subprocess.Popen[bytes]]:
        """A bot process that answers; its callback address."""
        port = free_port()
        process = self.start("bot", *point, XIAOFA_BOT_PORT=str(port))
        async with httpx.AsyncClient(trust_env=False) as http:
            for _ in range(600):
                try:
                    await http.get(f"http://127.0.0.1:{port}/healthz")
                    break
                except httpx.TransportError:
                    assert process.poll() is None, self.log.read_text()[-2000:]
                    await asyncio.sleep(0.1)
        return f"http://127.0.0.1:{port}/wechat", process

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.fakes.mortal", *arguments]
        with self.log.open("ab") as out:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**self.environment, **environment}, stdout=out, stderr=subprocess.STDOUT
            )
        self.running.append(process)
        return process

    def logged(self, event: str) -> int:
        return self.log.read_text("utf-8").count(f'"{event}"')


@asynccontextmanager
async def town(folder: Path, rasa_type: type[FakeRasa] = FakeRasa, **options: Any) -> AsyncIterator[Town]:
    """`options`: settings of every process."""
    async with running_wechat() as wechat:
        settings = Settings(data_dir=folder, **{**wechat.settings(), **options})
        database = Database(settings.database, secrets=settings.secrets)
        database.migrate()
        rasa = rasa_type(database, settings.secrets.channel_secret)
        async with serving(rasa) as port:
            values = {**wechat.settings(), "rasa_port": port, "data_dir": folder, "rate_per_minute": 100_000, **options}
            environment = {**os.environ, **{f"XIAOFA_{name.upper()}": str(value) for name, value in values.items()}}
            here = Town(wechat, rasa, environment, folder.with_suffix(".log"))
            try:
                yield here
            finally:
                for process in here.running:
                    process.kill()
                    process.wait()
                database.close()
