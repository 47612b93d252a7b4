"""What stands in the way of starting is said in one line, with the remedy."""

import errno
import os
import shlex
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import tomllib
from collections import namedtuple
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest
from honcho.manager import Manager
from pydantic import ValidationError

from settings import PROJECT_ROOT, Settings
from tests.fakes.processes import free_port
from xiaofa import cli, obstacles, processes, train

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation that could start: interpreter, model, room on the disk, free ports."""
    for name in ("python", "model.tar.gz"):
        (tmp_path / name).touch()
    monkeypatch.setattr(processes, "RASA_PYTHON", tmp_path / "python")
    monkeypatch.setattr(processes, "newest_model", lambda: tmp_path / "model.tar.gz")
    monkeypatch.setattr(processes, "_in_use", lambda port: False)
    monkeypatch.setattr(processes, "check_yaml", lambda: None)  # has tests of its own
    return Settings(data_dir=tmp_path / "var")


def refusal(settings: Settings) -> str:
    with pytest.raises(processes.StartError) as caught:
        processes.check_before_start(settings)
    return str(caught.value)


def test_nothing_in_the_way(ready: Settings) -> None:
    processes.check_before_start(ready)
    assert ready.data_dir.is_dir()


def test_a_missing_interpreter(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "RASA_PYTHON", Path("/nowhere/python"))
    assert "make setup" in refusal(ready)


def test_a_missing_model(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "newest_model", lambda: None)
    assert "xiaofa train" in refusal(ready)


def test_a_full_disk(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10, 10, 5_000))
    assert "1 GB" in refusal(ready)


def test_a_port_in_use_is_named_with_its_owner_and_a_way_out(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_in_use", lambda port: port == ready.bot_port)
    said = refusal(ready)
    assert said.count("\n") == 0
    assert str(ready.bot_port) in said and "XIAOFA_BOT_PORT" in said


def test_ports_are_really_tried() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert processes._in_use(taken.getsockname()[1])


def test_a_killed_process_starts_again_and_one_that_gives_up_ends(tmp_path: Path) -> None:
    count = tmp_path / "count"
    script = (
        f"echo x >> {shlex.quote(str(count))}; [ $(wc -l < {shlex.quote(str(count))}) -ge 2 ] && exit 3; kill -9 $$"
    )
    line = processes._kept(["sh", "-c", script])
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 3
    assert count.read_text().count("x") == 2
    assert "重新启动" in done.stdout


class Told:
    """In the place of honcho's manager: was it told to end all?"""

    def __init__(self) -> None:
        self.returncode = 0
        self.ended = False
        self.found_at_start: bool | None = None
        self.sign = Path()

    def add_process(self, *_args: object, **_options: object) -> None:
        pass

    def loop(self) -> None:
        self.found_at_start = self.sign.exists()

    def terminate(self) -> None:
        self.ended = True


@pytest.fixture
def answering(tmp_path: Path) -> Iterator[Settings]:
    """Settings under which whatever has a port answers that it is ready."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=server.serve_forever, args=(0.05,)).start()
    port = server.server_address[1]
    yield Settings(data_dir=tmp_path, rasa_port=port, actions_port=port, bot_port=port, desk_port=port)
    server.shutdown()
    server.server_close()


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


def announced(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.setattr(processes, "HEALTHY_WITHIN", 1.5)
    told = Told()
    processes._announce(settings, cast(Manager, told))
    return told


def test_nothing_is_ready_before_the_worker_is(
    answering: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert announced(answering, monkeypatch).ended
    said = capsys.readouterr()
    assert "desk 就绪" in said.out and "龙华小法已就绪" not in said.out
    assert said.err.startswith("worker 在 ")


def test_ready_with_the_worker(
    answering: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering.worker_sign.touch()
    assert not announced(answering, monkeypatch).ended
    said = capsys.readouterr().out
    assert "worker 就绪" in said and "龙华小法已就绪" in said


def test_the_sign_of_a_worker_long_gone_does_not_count(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ready.data_dir.mkdir(parents=True)
    ready.worker_sign.touch()
    told = Told()
    told.sign = ready.worker_sign
    monkeypatch.setattr(processes, "get_settings", lambda: ready)
    monkeypatch.setattr(processes, "Manager", lambda: told)
    monkeypatch.setattr(processes, "_announce", lambda *_args: None)
    processes.run(check=False)
    assert told.found_at_start is False


def test_the_worker_leaves_its_sign_however_little_it_logs(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    environment = os.environ | {
        "XIAOFA_DATA_DIR": str(settings.data_dir), "XIAOFA_RASA_PORT": str(free_port()), "XIAOFA_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    worker = subprocess.Popen([sys.executable, "-m", "bot.worker"], cwd=PROJECT_ROOT, env=environment)
    try:
        until = time.monotonic() + 60
        while not settings.worker_sign.exists() and worker.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        assert settings.worker_sign.exists()
    finally:
        worker.terminate()
        assert worker.wait(30) == 0


def test_a_failed_training_says_where_to_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho 'domain/danger.yml: bad indentation'; exit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(train, "RASA_PYTHON", fake)
    with pytest.raises(train.TrainError, match="danger.yml"):
        train.train(force=True)


@pytest.mark.parametrize(
    "file", ["domain/danger.yml", "service/triage.yml", "knowledge/places/streets.yml", "endpoints.yml"]
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, file: str) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text("intents:\n  - danger\n bad: [\n", "utf-8")
    with pytest.raises(obstacles.BrokenFileError, match=rf"{file}:3: YAML") as caught:
        obstacles.check_yaml(tmp_path)
    assert str(caught.value).count("\n") == 0


def test_what_is_no_text_is_named_too(tmp_path: Path) -> None:
    for content in ("名字: 张三".encode("gb18030"), b"name: \x01\n"):
        (tmp_path / "config.yml").write_bytes(content)
        with pytest.raises(obstacles.BrokenFileError, match=r"config\.yml") as caught:
            obstacles.check_yaml(tmp_path)
        assert str(caught.value).count("\n") == 0


def test_every_file_of_the_project_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = set(obstacles._files(PROJECT_ROOT))
    ours = {
        file
        for folder in PROJECT_ROOT.iterdir()
        if (folder / "__init__.py").exists() and folder.name != "tests"
        for file in folder.rglob("*.yml")
    }
    assert ours <= looked_at
    obstacles.check_yaml()  # and as it is it passes


def test_broken_files_stop_the_start(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise obstacles.BrokenFileError("service/triage.yml:3")

    monkeypatch.setattr(processes, "check_yaml", broken)
    with pytest.raises(obstacles.BrokenFileError):
        processes.check_before_start(ready)


def test_ports_are_looked_at_before_there_is_a_model(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "newest_model", lambda: None)
    monkeypatch.setattr(processes, "_in_use", lambda port: True)
    with pytest.raises(processes.StartError, match="已被占用"):
        processes.check_obstacles(ready)


def said_by_the_command(failing: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    def fails() -> None:
        raise failing

    monkeypatch.setattr(cli, "app", fails)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "failing",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        sqlite3.OperationalError("database or disk is full"),
        RuntimeError("Error in faiss: write error: No space left on device"),
    ],
    ids=["file", "sqlite", "faiss"],
)
def test_a_disk_that_fills_up_half_way(
    failing: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = said_by_the_command(failing, monkeypatch, capsys)
    assert said.count("\n") == 1
    assert "磁盘满了" in said and "腾出" in said


def test_a_broken_settings_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as broken:
        tomllib.loads("rasa_port = = 5005\n")
    said = said_by_the_command(broken.value, monkeypatch, capsys)
    assert said.count("\n") == 1
    assert said.startswith("xiaofa.toml 写法有误") and "line 1" in said


def test_a_setting_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValidationError) as wrong:
        Settings.model_validate({"rasa_prot": 5})
    said = said_by_the_command(wrong.value, monkeypatch, capsys)
    assert "rasa_prot：没有这个设置" in said


def test_training_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho 'OSError: [Errno 28] No space left on device' >&2; exit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(train, "RASA_PYTHON", fake)
    with pytest.raises(train.TrainError, match="磁盘满了") as caught:
        train.train(force=True)
    assert str(caught.value).count("\n") == 0
