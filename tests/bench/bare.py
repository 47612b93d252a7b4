"""A bare Rasa tutorial bot (DIET, TED, one static action) beside ours: what Rasa itself costs on this machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.stack.conftest import ROOT
from xiaofa.train import RASA_PYTHON, rasa_environment

HERE = Path(__file__).with_name("bare_bot")
RASA_PORT, ACTIONS_PORT = 28905, 28955


def trained(folder: Path) -> Path:
    """A copy of the bare project with its model, made once for what lies in `bare_bot`."""
    files = sorted(path for path in HERE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    name = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]
    project = folder / name
    if not any((project / "models").glob("*.tar.gz")):
        print("训练对照的教程机器人（约一分钟）……", flush=True)
        shutil.copytree(HERE, project, dirs_exist_ok=True)
        command = [str(RASA_PYTHON), "-m", "rasa", "train"]
        subprocess.run(command, cwd=project, env=rasa_environment(), check=True, capture_output=True)
    return project


@contextmanager
def running_bare(folder: Path) -> Iterator[str]:
    """Start it; gives the address of its REST webhook."""
    project = trained(folder)
    rasa = [str(RASA_PYTHON), "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(RASA_PORT)]
    actions = [sys.executable, "-m", "rasa_sdk", "--actions", "tests.bench.bare_bot.actions", "-p", str(ACTIONS_PORT)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [
        subprocess.Popen(actions, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, **quiet),  # type: ignore[call-overload]
        subprocess.Popen(rasa, cwd=project, env=rasa_environment(), **quiet),  # type: ignore[call-overload]
    ]
    address = f"http://127.0.0.1:{RASA_PORT}/webhooks/rest/webhook"
    try:
        until = time.monotonic() + 180
        while not _answers(address):
            if time.monotonic() > until:
                raise RuntimeError("the bare bot did not start")
            time.sleep(0.5)
        yield address
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def _answers(address: str) -> bool:
    try:
        return bool(httpx.post(address, json={"sender": "probe", "message": "房东不退押金"}, timeout=20).json())
    except (httpx.HTTPError, ValueError):
        return False
