"""deploy/setup.sh: what stands in the way of building the environments is one line with the remedy."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from settings import PROJECT_ROOT

UNIX = ("bash", "cat", "sha256sum", "cut", "awk", "dirname", "env", "ls", "mkdir", "rm", "grep")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A clone on a machine with nothing but the usual Unix commands; `bin` is its whole PATH."""
    for name in ("deploy/setup.sh", "requirements/test.txt", "requirements/rasa.txt", "pyproject.toml",
                 "knowledge/search/word_table.py"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT_ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for name in UNIX:
        found = shutil.which(name)
        assert found
        (tmp_path / "bin" / name).symlink_to(found)
    program(tmp_path, "df", "printf 'head\\nx x x 50000 x x\\n'")
    return tmp_path


def program(clone: Path, name: str, script: str) -> None:
    file = clone / "bin" / name
    file.write_text(f"#!/usr/bin/env bash\n{script}\n")
    file.chmod(0o755)


def refusal(clone: Path) -> str:
    """The last line said; the others may only say what is being done."""
    done = subprocess.run(
        [str(clone / "bin" / "bash"), str(clone / "deploy" / "setup.sh")],
        env={"PATH": str(clone / "bin"), "HOME": str(clone)}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr and "line " not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_a_disk_without_room(bare: Path) -> None:
    program(bare, "df", "printf 'head\\nx x x 900 x x\\n'")
    said = refusal(bare)
    assert "磁盘只剩 900 MB" in said and "8 GB" in said


def test_no_python_at_all(bare: Path) -> None:
    assert "请先安装 Python 3.11 和 3.10" in refusal(bare)


def test_an_interpreter_that_is_not_there_and_cannot_be_fetched(bare: Path) -> None:
    program(bare, "uv", 'echo "error: network unreachable" >&2; exit 1')
    said = refusal(bare)
    assert said == "没有找到 Python 3.11，也下载不到。请安装后再试，例如：pyenv install 3.11"


def test_packages_that_cannot_be_installed(bare: Path) -> None:
    program(bare, "python3.11", "exit 0")
    program(bare, "uv", '[ "$1" = venv ] && exit 0; exit 1')
    assert refusal(bare).startswith(".venv 安装失败")


def test_what_is_built_is_not_built_again(bare: Path) -> None:
    def stamp(environment: str, *files: str) -> None:
        (bare / environment).mkdir()
        joined = b"".join((bare / name).read_bytes() for name in files)
        (bare / environment / ".stamp").write_text(hashlib.sha256(joined).hexdigest())

    stamp(".venv", "requirements/test.txt", "pyproject.toml")
    stamp(".venv-rasa", "requirements/rasa.txt", "knowledge/search/word_table.py")
    done = subprocess.run(
        [str(bare / "bin" / "bash"), str(bare / "deploy" / "setup.sh")],
        env={**os.environ, "PATH": str(bare / "bin")}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
