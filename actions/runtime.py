"""What the actions share: the answerer and the database, opened once, when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cases.database import Database
from service.answering import Answerer
from service.runtime import Knowledge, open_knowledge
from settings import get_settings
from settings.clock import Clock


@dataclass
class Runtime:
    knowledge: Knowledge
    database: Database
    clock: Clock

    @property
    def answerer(self) -> Answerer:
        return self.knowledge.answerer


_override: list[Runtime] = []


@lru_cache(maxsize=1)
def _opened() -> Runtime:
    settings, clock = get_settings(), Clock()
    return Runtime(open_knowledge(settings, clock, rest="background"), Database(settings.database), clock)


def get_runtime() -> Runtime:
    """The runtime of this process; tests put their own with `use`."""
    return _override[-1] if _override else _opened()


def use(runtime: Runtime | None) -> None:
    """Put a runtime in place of the real one (None: back to the real one)."""
    _override.clear()
    if runtime:
        _override.append(runtime)
