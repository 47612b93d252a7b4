"""`xiaofa train`: trains Rasa when what it learns from has changed since the newest model."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from settings import PROJECT_ROOT
from settings.mendable import MendableError
from xiaofa.obstacles import check_yaml, speaks_of_full_disk

RASA_PYTHON = PROJECT_ROOT / ".venv-rasa" / "bin" / "python"
MODELS = PROJECT_ROOT / "models"
SOURCES = ("config.yml", "domain", "data", "rasa_ext", "requirements/rasa.txt")


class TrainError(MendableError, RuntimeError):
    """Rasa could not be trained; the message says what to look at."""


def fingerprint(root: Path = PROJECT_ROOT) -> str:
    """Hash of everything a model is made from."""
    digest = hashlib.sha256()
    for source in SOURCES:
        path = root / source
        files = (
            [path]
            if path.is_file()
            else sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        )
        for file in files:
            digest.update(f"{file.relative_to(root)}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def newest_model() -> Path | None:
    models = sorted(MODELS.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return models[-1] if models else None


def is_current() -> bool:
    """Whether the newest model was made from what lies here now."""
    stamp = MODELS / "fingerprint"
    return newest_model() is not None and stamp.exists() and stamp.read_text() == fingerprint()


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
    made_from = fingerprint()
    print("正在训练 Rasa（约一分钟）……", flush=True)
    done = subprocess.run(  # noqa: S603  our own interpreter, no shell
        [str(RASA_PYTHON), "-m", "rasa", "train", "--fixed-model-name", "xiaofa"],
        cwd=PROJECT_ROOT,
        env=rasa_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or newest_model() is None:
        if speaks_of_full_disk(done.stdout + done.stderr):
            raise TrainError("训练 Rasa 时磁盘满了：请腾出至少 1 GB 空间再运行一次。")
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise TrainError("Rasa 训练失败，最后的输出：\n" + "\n".join(lines[-12:]))
    (MODELS / "fingerprint").write_text(made_from)
    print("Rasa 模型训练完成。")
