"""How many customer-service messages an account may send a person, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from settings.clock import Clock

Trigger = Literal["message", "menu", "follow", "scan"]
LIMITS: dict[Trigger, tuple[int, timedelta]] = {
    "message": (5, timedelta(hours=48)),
    "menu": (3, timedelta(minutes=1)),
    "follow": (3, timedelta(minutes=1)),
    "scan": (3, timedelta(minutes=1)),
}
OUTSIDE = 45015
USED_UP = 45047


@dataclass
class Window:
    left: int
    until: datetime


class Quotas:
    """Whether windows of different triggers add up is not documented; here each is its own, the shortest used first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[str, dict[Trigger, Window]] = {}

    def open(self, openid: str, trigger: Trigger) -> None:
        """The person did something: that window begins anew."""
        sends, length = LIMITS[trigger]
        self._windows.setdefault(openid, {})[trigger] = Window(sends, self._clock.now() + length)

    def take(self, openid: str) -> int:
        """One send: 0, or the error code that refuses it."""
        now = self._clock.now()
        live = [window for window in self._windows.get(openid, {}).values() if window.until > now]
        usable = sorted((window for window in live if window.left), key=lambda window: window.until)
        if not usable:
            return USED_UP if live else OUTSIDE
        usable[0].left -= 1
        return 0

    def left(self, openid: str) -> int:
        now = self._clock.now()
        return sum(window.left for window in self._windows.get(openid, {}).values() if window.until > now)
