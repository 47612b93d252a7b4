"""One clock: the day is Shenzhen's, a setting moves it for all, and no test asks the machine for the date."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from settings import PROJECT_ROOT, Settings, clock
from settings.clock import Clock, FixedClock
from tests.fakes.clock import SHIFT, START, TODAY, moment

TESTS = PROJECT_ROOT / "tests"
REAL_TIME = re.compile(r"(?<!\w)Clock\(\)|date\.today\(|datetime\.(now|today|utcnow)\(|time\.time\(")
ABOUT_IT = {TESTS / "fakes" / "clock.py", TESTS / "unit" / "test_clock.py"}
PRINT = "from settings.clock import Clock; print(Clock().now().timestamp())"


def started_with(shift: str, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, SHIFT: shift}
    return subprocess.run([sys.executable, *command], cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True)


def test_the_day_is_the_one_in_shenzhen() -> None:
    assert FixedClock(datetime(2026, 11, 27, 15, 59, tzinfo=UTC)).today() == date(2026, 11, 27)
    assert FixedClock(datetime(2026, 11, 27, 16, 0, tzinfo=UTC)).today() == date(2026, 11, 28)


def test_the_setting_moves_every_clock_by_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "get_settings", lambda: Settings(clock_shift=0))
    real = Clock()
    monkeypatch.setattr(clock, "get_settings", lambda: Settings(clock_shift=-86_400 * 3))
    assert abs(real.now() - Clock().now() - timedelta(days=3)) < timedelta(seconds=5)


def test_tests_and_what_they_start_live_on_the_pinned_day() -> None:
    assert moment().astimezone(START.tzinfo).date() == TODAY
    done = started_with(os.environ[SHIFT], "-c", PRINT)
    assert abs(float(done.stdout) - moment().timestamp()) < 60


@pytest.mark.parametrize("shift", ["tomorrow", "nan", "inf", "1e12"])
def test_a_shift_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, shift: str) -> None:
    monkeypatch.setenv(SHIFT, shift)
    with pytest.raises(ValidationError, match="clock_shift"):
        Settings()


def test_the_command_line_says_in_one_line_that_the_shift_is_wrong() -> None:
    done = started_with("2026-11-28", "-m", "xiaofa.cli", "settings")
    assert (done.returncode, done.stderr) == (1, "设置有误（xiaofa.toml 或 XIAOFA_ 环境变量）：clock_shift：要写数字\n")


def test_no_test_asks_the_machine_for_the_date() -> None:
    files = {path for path in TESTS.rglob("*.py") if TESTS / "bench" not in path.parents} - ABOUT_IT
    assert len(files) > 100
    found = [
        f"{path.relative_to(TESTS)}:{number}"
        for path in sorted(files)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if REAL_TIME.search(line)
    ]
    assert found == []


def test_what_counts_as_asking() -> None:
    assert all(map(REAL_TIME.search, ("Clock().now()", "date.today()", "datetime.now(UTC)", "time.time()")))
    assert not any(map(REAL_TIME.search, ("FixedClock(START)", "database.clock.now()", "TODAY")))


def test_the_content_is_checked_for_the_pinned_day() -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text("utf-8")
    assert re.findall(r"knowledge check .*--on (\S+)", makefile) == [TODAY.isoformat()]
