"""`xiaofa train`: when Rasa trains, when it must not trust its own cache, and what is said meanwhile."""

import re
from pathlib import Path

import pytest

from settings import PROJECT_ROOT
from xiaofa import train

FILES = (
    "config.yml", "domain/danger.yml", "data/nlu/danger.yml", "data/jieba/legal.txt", "rasa_ext/rule_policy.py",
    "requirements/rasa.txt", ".venv-rasa/share/xiaofa/words.npz",
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project whose Rasa notes how it was called and leaves a model."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was")
    monkeypatch.setattr(train, "PROJECT_ROOT", tmp_path)
    monkeypatch.setattr(train, "MODELS", tmp_path / "models")
    monkeypatch.setattr(train, "RASA_PYTHON", tmp_path / "python")
    monkeypatch.setattr(train, "check_yaml", lambda: None)  # has tests of its own
    rasa(tmp_path, "mkdir -p models; : > models/xiaofa.tar.gz")
    return tmp_path


def rasa(project: Path, script: str) -> None:
    (project / "python").write_text(f'#!/bin/sh\necho "$@" >> calls\n{script}\n')
    (project / "python").chmod(0o755)


def calls(project: Path) -> list[str]:
    """How Rasa was called since the last look."""
    made = project / "calls"
    lines = made.read_text().splitlines() if made.exists() else []
    made.unlink(missing_ok=True)
    return lines


@pytest.fixture
def trained(project: Path) -> Path:
    train.train()
    assert len(calls(project)) == 1
    return project


def test_nothing_new_nothing_trained(trained: Path) -> None:
    train.train()
    assert calls(trained) == []


@pytest.mark.parametrize("file", ["config.yml", "domain/danger.yml", "data/nlu/danger.yml"])
def test_what_rasa_sees_itself_is_left_to_its_cache(trained: Path, file: str) -> None:
    (trained / file).write_text("changed")
    train.train()
    assert calls(trained) == ["-m rasa train --fixed-model-name xiaofa"]


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith(train.UNSEEN_BY_RASA)])
def test_what_rasa_does_not_see_is_trained_all_the_same(trained: Path, file: str) -> None:
    (trained / file).write_text("changed")
    rasa(trained, "exit 1")
    with pytest.raises(train.TrainError):
        train.train()
    rasa(trained, "exit 0")
    train.train()  # a training that failed has not taken it in
    assert calls(trained) == ["-m rasa train --fixed-model-name xiaofa --force"] * 2
    (trained / "config.yml").write_text("changed")
    train.train()
    assert calls(trained) == ["-m rasa train --fixed-model-name xiaofa"]


@pytest.mark.parametrize("current", [True, False])
def test_forced_by_hand(trained: Path, current: bool) -> None:
    if not current:
        (trained / "config.yml").write_text("changed")
    train.train(force=True)
    assert calls(trained) == ["-m rasa train --fixed-model-name xiaofa --force"]


def test_the_files_are_where_the_project_has_them() -> None:
    dictionary, code, lock, table = train.UNSEEN_BY_RASA
    assert f"dictionary_path: {dictionary} " in (PROJECT_ROOT / "config.yml").read_text("utf-8")
    assert (PROJECT_ROOT / code / "__init__.py").exists()
    setup = (PROJECT_ROOT / "deploy" / "setup.sh").read_text("utf-8")
    assert f"word_table {table}\n" in setup and f"requirements/{Path(lock).name} " in setup


def test_signs_of_life(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(train, "BEAT_SECONDS", 0.5)
    rasa(project, "sleep 1.5; mkdir -p models; : > models/xiaofa.tar.gz")
    train.train()
    begun, *meanwhile, done = capsys.readouterr().out.splitlines()
    assert (begun, done) == ("正在训练 Rasa（约一分钟）……", "Rasa 模型训练完成。")
    assert len(meanwhile) >= 2
    assert all(re.fullmatch(r"  Rasa 训练中，已用 \d+ 秒", line) for line in meanwhile)
