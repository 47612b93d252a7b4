"""The day all tests live on: nothing in them asks the machine for the date, so what holds today holds next year."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from settings.clock import SHANGHAI, Clock

START = datetime(2026, 11, 28, 10, tzinfo=SHANGHAI)  # ten in the morning: no run lasts until midnight
TODAY = START.date()
SHIFT = "XIAOFA_CLOCK_SHIFT"


def pin() -> None:
    """From now on it is START, here and in every process started from here, and time goes on from there."""
    os.environ.setdefault(SHIFT, f"{(START - datetime.now(UTC)).total_seconds():.0f}")


def moment() -> datetime:
    """What a `Clock` of the processes shows at this moment."""
    return Clock().now()
