"""`xiaofa train`: trains Rasa when what it learns from has changed since the newest model."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from settings import PROJECT_ROOT
from settings.mendable import MendableError
from xiaofa.children import TICK, Children
from xiaofa.obstacles import check_yaml, speaks_of_full_disk

RASA_PYTHON = PROJECT_ROOT / ".venv-rasa" / "bin" / "python"
MODELS = PROJECT_ROOT / "models"
STAMP = "fingerprint"
# Rasa's cache does not look at these: it would take the old words, features and policies for the new.
UNSEEN_BY_RASA = ("data/jieba", "rasa_ext", "requirements/rasa.txt", ".venv-rasa/share/xiaofa/words.npz")
SOURCES = ("config.yml", "domain", "data", *UNSEEN_BY_RASA)
BEAT_SECONDS = 10.0  # a sign of life while Rasa trains


class TrainError(MendableError, RuntimeError):
    """Rasa could not be trained; the message says what to look at."""


def fingerprint(sources: Iterable[str] = SOURCES) -> str:
    """Hash of these files and folders: by default of everything a model is made from."""
    digest = hashlib.sha256()
    for source in sources:
        path = PROJECT_ROOT / source
        files = (
            [path]
            if path.is_file()
            else sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        )
        for file in files:
            digest.update(f"{file.relative_to(PROJECT_ROOT)}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def newest_model() -> Path | None:
    models = sorted(MODELS.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return models[-1] if models else None


def is_current() -> bool:
    """Whether the newest model was made from what lies here now."""
    return newest_model() is not None and _stamp()[:1] == [fingerprint()]


def _stamp() -> list[str]:
    """Fingerprints the newest model was made from: of everything, and of what Rasa's cache does not look at."""
    stamp = MODELS / STAMP
    return stamp.read_text().split() if stamp.exists() else []


def rasa_environment() -> dict[str, str]:
    """Environment of every Rasa process: our files importable, telemetry off, no needless warnings."""
    return {
        **os.environ,
        "PYTHONPATH": str(PROJECT_ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def train(force: Annotated[bool, typer.Option("--force", help="没有改动也重新训练")] = False) -> None:
    """训练 Rasa 模型；数据没有变化时跳过。"""
    if not force and is_current():
        print("Rasa 模型是最新的，不用训练。")
        return
    if not RASA_PYTHON.exists():
        raise TrainError("没有 Rasa 的运行环境 .venv-rasa，请先运行：make setup")
    check_yaml()
    made_from = [fingerprint(), fingerprint(UNSEEN_BY_RASA)]
    print("正在训练 Rasa（约一分钟）……", flush=True)
    code, output = _train_rasa(force=force or _stamp()[1:] != made_from[1:])
    if code or newest_model() is None:
        if speaks_of_full_disk(output):
            raise TrainError("训练 Rasa 时磁盘满了：请腾出至少 1 GB 空间再运行一次。")
        lines = [line for line in output.splitlines() if line.strip()]
        raise TrainError("Rasa 训练失败，最后的输出：\n" + "\n".join(lines[-12:]))
    (MODELS / STAMP).write_text("\n".join(made_from))
    print("Rasa 模型训练完成。")


def _train_rasa(*, force: bool) -> tuple[int, str]:
    """Its exit code and all it printed; how long it has been at it is printed meanwhile."""
    command = [str(RASA_PYTHON), "-m", "rasa", "train", "--fixed-model-name", "xiaofa", *(["--force"] if force else [])]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    started = told = time.monotonic()
    with Children() as children:
        rasa = children.start(command, cwd=PROJECT_ROOT, env=rasa_environment(), **pipes)
        while True:
            try:
                output, _ = rasa.communicate(timeout=TICK)
                return rasa.returncode, output
            except subprocess.TimeoutExpired:
                children.go_on()
            if time.monotonic() - told >= BEAT_SECONDS:
                told = time.monotonic()
                print(f"  Rasa 训练中，已用 {told - started:.0f} 秒", flush=True)
