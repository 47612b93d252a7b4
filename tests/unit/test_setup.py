"""deploy/setup.sh: what stands in the way of building the environments is one line with the remedy."""

import hashlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from settings import PROJECT_ROOT

NO_SPACE = "error: failed to write: No space left on device (os error 28)"
UNIX = ("bash", "cat", "sha256sum", "cut", "awk", "dirname", "env", "ls", "mkdir", "rm", "grep", "ln", "sleep")


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


def said_by_setup(clone: Path, **environment: str) -> list[str]:
    """The lines of a set-up that had to give up."""
    done = subprocess.run(
        [str(clone / "bin" / "bash"), str(clone / "deploy" / "setup.sh")],
        env={"PATH": str(clone / "bin"), "HOME": str(clone), **environment},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr and "line " not in done.stderr
    return done.stderr.strip().splitlines()


def refusal(clone: Path, **environment: str) -> str:
    """The last line said; the others may only say what is being done."""
    return said_by_setup(clone, **environment)[-1]


def wheels(clone: Path) -> str:
    """A folder with a CPU build of torch."""
    (clone / "wheels").mkdir()
    (clone / "wheels" / "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl").touch()
    return str(clone / "wheels")


def test_a_disk_without_room(bare: Path) -> None:
    program(bare, "df", "printf 'head\\nx x x 900 x x\\n'")
    said = refusal(bare, PIP_FIND_LINKS=wheels(bare))
    assert "磁盘只剩 900 MB" in said and "约需 5 GB" in said and "8 GB" in said


def test_the_full_torch_needs_more_room(bare: Path) -> None:
    program(bare, "df", "printf 'head\\nx x x 9000 x x\\n'")
    *_, size, said = said_by_setup(bare)
    assert "安装后约 6 GB" in size
    assert "磁盘只剩 9000 MB" in said and "约需 10 GB" in said and "13 GB" in said
    assert "没有找到 Python" in refusal(
        bare, PIP_FIND_LINKS=wheels(bare)
    )  # past the disk: room enough for the small one


def test_no_python_at_all(bare: Path) -> None:
    assert "请先安装 Python 3.11 和 3.10" in refusal(bare)


def test_an_interpreter_that_is_not_there_and_cannot_be_fetched(bare: Path) -> None:
    program(bare, "uv", 'echo "error: network unreachable" >&2; exit 1')
    said = refusal(bare)
    assert said == "没有找到 Python 3.11，也下载不到。请安装后再试，例如：pyenv install 3.11"


def test_an_interpreter_is_fetched_before_our_eyes(bare: Path) -> None:
    program(bare, "uv", 'echo "Downloading cpython-3.11 (28.4MiB)" >&2; exit 1')
    said = said_by_setup(bare)
    assert said.index("没有找到 Python 3.11，正在下载……") < said.index("Downloading cpython-3.11 (28.4MiB)")


def tools(clone: Path, pip: str) -> None:
    """A Python that makes .tools, whose pip does this."""
    program(clone, "python3.11", "exit 0")
    (clone / ".tools").mkdir()
    program(clone, "python", pip)
    (clone / ".tools" / "bin").symlink_to(clone / "bin")


def test_a_python_without_venv(bare: Path) -> None:
    program(bare, "python3", 'case "$*" in *ensurepip*) echo "No module named ensurepip" >&2; exit 1 ;; esac')
    said = refusal(bare)
    assert said.startswith(f"{bare}/bin/python3 不带 venv") and "apt-get install python3-venv" in said


def test_the_python_that_has_venv_is_taken(bare: Path) -> None:
    tools(bare, "exit 1")
    program(bare, "python3.11", 'case "$*" in *ensurepip*) exit 1 ;; esac')
    program(bare, "python3.10", "exit 0")
    assert refusal(bare).startswith("下载不到安装工具 uv")  # the next step


def test_pip_without_a_network(bare: Path) -> None:
    tools(bare, 'printf "WARNING: Retrying\\nERROR: No matching distribution found for uv\\n" >&2; exit 1')
    *_, doing, said = said_by_setup(bare)
    assert doing == "正在准备安装工具 uv……"
    assert said.startswith("下载不到安装工具 uv：请检查网络")
    assert said.endswith("（ERROR: No matching distribution found for uv）")


def test_a_disk_that_fills_up_while_uv_is_fetched(bare: Path) -> None:
    tools(bare, 'echo "ERROR: [Errno 28] No space left on device" >&2; exit 1')
    assert refusal(bare).startswith("磁盘满了")


@pytest.mark.parametrize(
    "step", ["python install", "venv -q", "pip install --python .venv/bin/python -r", "pip install -q"]
)
def test_a_disk_that_fills_up_half_way(bare: Path, step: str) -> None:
    if step != "python install":
        program(bare, "python3.11", "exit 0")
    program(bare, "uv", f"""case "$*" in "{step}"*) echo "{NO_SPACE}" >&2; exit 1 ;; venv*) mkdir "${{!#}}" ;; esac""")
    said = refusal(bare, PIP_FIND_LINKS=wheels(bare))
    assert said.startswith("磁盘满了") and "腾出至少 8 GB" in said


def test_a_disk_that_fills_up_with_the_word_table(bare: Path) -> None:
    for version in ("3.11", "3.10"):
        program(bare, f"python{version}", "exit 0")
    program(bare, "uv", '[ "$1" = venv ] && { mkdir "${!#}"; ln -s ../bin "${!#}/bin"; }; exit 0')
    program(bare, "python", f'echo "OSError: {NO_SPACE}" >&2; exit 1')
    assert refusal(bare).startswith("磁盘满了")
    assert not (bare / ".venv-rasa" / ".stamp").exists()


def test_a_broken_line_gets_a_second_try(bare: Path) -> None:
    program(bare, "python3.11", "exit 0")
    first = "[ -e tried ] && exit 0; : > tried; echo 'error: connection reset' >&2; exit 1"
    program(bare, "uv", f'case "$1" in venv) mkdir "${{!#}}" ;; pip) {first} ;; python) exit 1 ;; esac')
    assert refusal(bare).startswith("没有找到 Python 3.10")  # the next step
    assert (bare / ".venv" / ".stamp").exists()


def test_ctrl_c_is_no_broken_line(bare: Path) -> None:
    program(bare, "python3.11", "exit 0")
    program(bare, "uv", '[ "$1" = venv ] && exit 0; trap "exit 130" INT; echo tried >> tried; sleep 20')
    process = subprocess.Popen(
        ["env", "--default-signal=INT", str(bare / "bin" / "bash"), str(bare / "deploy" / "setup.sh")],
        env={"PATH": f"{bare}/bin", "HOME": str(bare)}, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 20
    while not (bare / "tried").exists() and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(10) == 130
    assert (bare / "tried").read_text() == "tried\n"


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
