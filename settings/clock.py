"""The one clock. Store UTC; count legal and spoken dates in Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from settings.settings import get_settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock:
    """Real time, or beside it by `XIAOFA_CLOCK_SHIFT`: a distance, not a starting time, so that processes that start at
    different moments, or start again, agree, and no lease or session sees time go back."""

    def __init__(self) -> None:
        self._shift = timedelta(seconds=get_settings().clock_shift)

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC) + self._shift

    def today(self) -> date:
        """The date on the wall in Shenzhen."""
        return self.now().astimezone(SHANGHAI).date()


class FixedClock(Clock):
    """A clock that tests set by hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment
