"""What the actions share: the answerer and the database, opened once, when first needed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import lru_cache

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from cases.database import Database
from knowledge.content import ContentError
from service import published
from service.answering import Answerer
from service.runtime import Knowledge, open_knowledge, with_new_content
from settings import get_settings
from settings.clock import Clock

WATCH_SECONDS = 2.0
log = structlog.get_logger("actions")


@dataclass
class Runtime:
    knowledge: Knowledge
    database: Database
    clock: Clock
    content_version: int = 0  # of what was published at the desk

    @property
    def answerer(self) -> Answerer:
        return self.knowledge.answerer


_override: list[Runtime] = []


@lru_cache(maxsize=1)
def _opened() -> Runtime:
    settings, clock = get_settings(), Clock()
    database = Database(settings.database)
    database.migrate()
    version, entries = published.read(database)
    knowledge = open_knowledge(settings, clock, rest="background", entries=entries)
    return Runtime(knowledge, database, clock, version)


def refresh(runtime: Runtime) -> bool:
    """Take over what was published since; True when something was. One assignment swaps: each question is answered from
    the old content or from the new, never from a mixture."""
    version, entries = published.read(runtime.database)
    if version == runtime.content_version:
        return False
    runtime.knowledge = with_new_content(runtime.knowledge, entries, runtime.clock.today())
    runtime.content_version = version
    return True


def watch() -> None:
    """Look for new publications as long as the process lives."""

    def look() -> None:
        while True:
            time.sleep(WATCH_SECONDS)
            try:
                if refresh(get_runtime()):
                    log.info("content_swapped", version=get_runtime().content_version)
            except (SQLAlchemyError, ContentError, ValidationError) as error:
                log.error("content_not_swapped", error=type(error).__name__)

    threading.Thread(target=look, name="content-watch", daemon=True).start()


def get_runtime() -> Runtime:
    """The runtime of this process; tests put their own with `use`."""
    return _override[-1] if _override else _opened()


def use(runtime: Runtime | None) -> None:
    """Put a runtime in place of the real one (None: back to the real one)."""
    _override.clear()
    if runtime:
        _override.append(runtime)
