"""What Rasa hears and how a dialogue goes, by the commands the README names. (`rasa data validate` is in `make check`.)"""

import re
import subprocess
from pathlib import Path

import pytest

from settings import PROJECT_ROOT
from xiaofa.train import RASA_PYTHON, rasa_environment

pytestmark = pytest.mark.skipif(not RASA_PYTHON.exists(), reason="没有 .venv-rasa：make setup")


@pytest.mark.parametrize(
    "arguments", [["tests/rasa/report.py", "nlu"], ["tests/rasa/report.py", "eval"]], ids=["test set", "real questions"]
)
def test_the_targets_hold(arguments: list[str]) -> None:
    done = subprocess.run(
        [str(RASA_PYTHON), "-W", "ignore", *arguments],
        cwd=PROJECT_ROOT,
        env=rasa_environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]


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
