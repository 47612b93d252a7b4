"""stable_token, as WeChat keeps it: repeat calls get the same one, a new one five minutes before the end, both valid
for those five minutes."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from settings.clock import Clock

LIFE = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
UNKNOWN = 40001
MISSING = 41001
EXPIRED = 42001


class Tokens:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, datetime] = {}
        self._current = ""
        self._gone: set[str] = set()

    def stable(self, *, force: bool = False) -> tuple[str, int]:
        """The token and its seconds to live. `force`: the one before dies at once."""
        now = self._clock.now()
        left = self._until.get(self._current, now) - now
        if force:
            self.kill()
        if force or not self._current or left <= OVERLAP:
            self._current = secrets.token_urlsafe(96)
            self._until[self._current] = now + LIFE
        return self._current, int((self._until[self._current] - now).total_seconds())

    def kill(self) -> None:
        """Every token known so far is refused from now on (somebody forced a new one, or the secret was reset)."""
        self._gone |= set(self._until)
        self._until.clear()
        self._current = ""

    def check(self, token: str) -> int:
        """0, or the error code."""
        if not token:
            return MISSING
        until = self._until.get(token)
        if until is None:
            return UNKNOWN
        return 0 if until > self._clock.now() else EXPIRED
