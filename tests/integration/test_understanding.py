"""What Rasa hears and how a dialogue goes, by the commands the README names. (`rasa data validate` is in `make check`.)"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from settings import PROJECT_ROOT
from xiaofa.train import RASA_PYTHON, rasa_environment

pytestmark = pytest.mark.skipif(not RASA_PYTHON.exists(), reason="没有 .venv-rasa：make setup")
REAL = Path(os.environ.get("XIAOFA_SHARED") or PROJECT_ROOT.parent / "shared") / "eval"


def report(what: str) -> str:
    """What `tests/rasa/report.py` prints when every target is met."""
    done = subprocess.run(
        [str(RASA_PYTHON), "-W", "ignore", "tests/rasa/report.py", what],
        cwd=PROJECT_ROOT,
        env=rasa_environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return done.stdout


def test_the_targets_hold_on_the_test_set() -> None:
    assert "ok   messages" in report("nlu")


@pytest.mark.skipif(not REAL.is_dir(), reason=f"没有 {REAL}，真实问题没有量；用 XIAOFA_SHARED 指明它在哪里")
def test_the_targets_hold_on_the_real_questions() -> None:
    assert "ok   questions: 1281 (target 1281)" in report("eval")


def test_the_stories_go_as_written(tmp_path: Path) -> None:
    (command,) = re.findall(r"`rasa (test core [^`]*)`", (PROJECT_ROOT / "README.md").read_text("utf-8"))
    arguments = [*command.split(), "--fail-on-prediction-errors", "--no-plot", "--out", str(tmp_path)]
    done = subprocess.run(
        [str(RASA_PYTHON), "-W", "ignore", "-m", "rasa", *arguments],
        cwd=PROJECT_ROOT,
        env=rasa_environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert "None of the test stories failed" in (tmp_path / "failed_test_stories.yml").read_text("utf-8")
