"""What the desk's pages share: database, settings, clock, book, the pulse. Built once; tests put their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from cases.database import Database
from desk.access import InUse
from desk.pulse import Pulse
from desk.search import CitationSearch
from settings import Settings, get_settings
from settings.clock import Clock


@dataclass
class Runtime:
    settings: Settings
    database: Database
    clock: Clock = field(default_factory=Clock)

    @cached_property
    def pulse(self) -> Pulse:
        return Pulse(self.database)

    @cached_property
    def in_use(self) -> InUse:
        return InUse(self.database)

    @cached_property
    def citations(self) -> CitationSearch:
        return CitationSearch(self.settings, self.clock)


_current: list[Runtime] = []


def get_runtime() -> Runtime:
    """The runtime of this process."""
    if not _current:
        settings, clock = get_settings(), Clock()
        _current.append(Runtime(settings, Database(settings.database, secrets=settings.secrets, clock=clock), clock))
    return _current[0]


def use(runtime: Runtime) -> None:
    """From now on this one."""
    _current[:] = [runtime]
