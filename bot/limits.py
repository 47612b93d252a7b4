"""Rate limits: token buckets in this process's memory. With several bot processes each counts for itself, so a person
may get up to that many times the rate; that is enough against floods, and nothing about who came is kept."""

from __future__ import annotations

import ipaddress
import math

from settings.clock import Clock

MOST_BUCKETS = 20_000
ADDRESS_FACTOR = 6  # one address may be a whole dormitory behind one router


class Buckets:
    """`per_minute` tokens at most, refilled evenly."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._capacity = float(per_minute)
        self._rate = per_minute / 60
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> int:
        """0 when one more is allowed (and counted); otherwise the seconds to wait."""
        now = self._clock.now().timestamp()
        tokens, at = self._buckets.get(key, (self._capacity, now))
        tokens = min(self._capacity, tokens + max(0.0, now - at) * self._rate)
        if tokens < 1:
            return math.ceil((1 - tokens) / self._rate)
        if key not in self._buckets and len(self._buckets) >= MOST_BUCKETS:
            self._prune(now)
        self._buckets[key] = (tokens - 1, now)
        return 0

    def _prune(self, now: float) -> None:
        """Forget buckets that are full again; if a flood of new keys leaves none such, the oldest half."""
        full = self._capacity / self._rate
        kept = {key: value for key, value in self._buckets.items() if now - value[1] < full}
        if len(kept) >= MOST_BUCKETS:
            newest = sorted(kept.items(), key=lambda item: item[1][1], reverse=True)
            kept = dict(newest[: MOST_BUCKETS // 2])
        self._buckets = kept


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
