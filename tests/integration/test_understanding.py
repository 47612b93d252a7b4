"""What Rasa hears, by the commands the README names; and `rasa data validate`."""

import subprocess

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
