"""What stands in the way of starting is said in one line, with the remedy."""

import shlex
import shutil
import socket
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest

from settings import Settings
from xiaofa import processes, train

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation that could start: interpreter, model, room on the disk, free ports."""
    for name in ("python", "model.tar.gz"):
        (tmp_path / name).touch()
    monkeypatch.setattr(processes, "RASA_PYTHON", tmp_path / "python")
    monkeypatch.setattr(processes, "newest_model", lambda: tmp_path / "model.tar.gz")
    monkeypatch.setattr(processes, "_in_use", lambda port: False)
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


def test_a_failed_training_says_where_to_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho 'domain/danger.yml: bad indentation'; exit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(train, "RASA_PYTHON", fake)
    with pytest.raises(train.TrainError, match="danger.yml"):
        train.train(force=True)


def test_a_broken_file_of_the_rasa_project_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "danger.yml").write_text("intents:\n  - danger\n bad: [\n", "utf-8")
    with pytest.raises(train.TrainError, match=r"danger\.yml:3: YAML") as caught:
        train.check_yaml(tmp_path)
    assert str(caught.value).count("\n") == 0


def test_the_project_as_it_is_passes() -> None:
    train.check_yaml()
