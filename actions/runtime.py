"""What the actions share: the answerer and the database, opened once, when first needed."""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from cases.database import Database
from knowledge.content import ContentError, stamp
from service import published
from service.answering import Answerer
from service.runtime import Knowledge, embed_rest, of_day, open_knowledge, with_new_content
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
    content_stamp: str = field(default_factory=lambda: stamp())  # of the files in `knowledge/`

    @property
    def answerer(self) -> Answerer:
        return self.knowledge.answerer


_override: list[Runtime] = []


@lru_cache(maxsize=1)
def _opened() -> Runtime:
    settings, clock = get_settings(), Clock()
    database = Database(settings.database)
    database.migrate()
    files = stamp()
    version, entries = published.read(database)
    knowledge = open_knowledge(settings, clock, rest="background" if settings.embed_rest else "later", entries=entries)
    return Runtime(knowledge, database, clock, version, files)


def refresh(runtime: Runtime) -> bool:
    """Take over what was published, written or imported since, and the law of a new day; True when something changed. One
    assignment swaps: each question is answered from the old or from the new, never from a mixture."""
    before = runtime.knowledge
    _follow_law(runtime)
    _follow_content(runtime)
    return runtime.knowledge is not before


def _follow_law(runtime: Runtime) -> None:
    knowledge, today = runtime.knowledge, runtime.clock.today()
    if (today, knowledge.book.imported_stamp()) == (knowledge.gate.on, knowledge.engine.imported):
        return
    runtime.knowledge = of_day(knowledge, today)
    if get_settings().embed_rest:
        embed_rest(runtime.knowledge.engine)


def _follow_content(runtime: Runtime) -> None:
    files = stamp()
    version, entries = published.read(runtime.database)
    if (version, files) == (runtime.content_version, runtime.content_stamp):
        return
    runtime.knowledge = with_new_content(runtime.knowledge, entries, runtime.clock.today())
    runtime.content_version, runtime.content_stamp = version, files


def watch() -> None:
    """Look for new publications, changed files, imported rules and midnight as long as the process lives."""

    def look_on() -> None:
        said = ""
        while True:
            time.sleep(WATCH_SECONDS)
            said = look(said)

    threading.Thread(target=look_on, name="content-watch", daemon=True).start()


def look(said: str = "") -> str:
    """One look. A file that is broken, or half written, is named once and tried again; the old content goes on answering.
    `said` is what the look before returned: the file it named."""
    try:
        if refresh(get_runtime()):
            log.info("content_swapped", version=get_runtime().content_version)
    except (SQLAlchemyError, sqlite3.Error, ContentError, ValidationError) as error:
        where = str(error.problems[0]) if isinstance(error, ContentError) else ""
        if where != said or not where:
            log.error("content_not_swapped", error=type(error).__name__, where=where)
        return where
    return said


def get_runtime() -> Runtime:
    """The runtime of this process; tests put their own with `use`."""
    return _override[-1] if _override else _opened()


def use(runtime: Runtime | None) -> None:
    """Put a runtime in place of the real one (None: back to the real one)."""
    _override.clear()
    if runtime:
        _override.append(runtime)
