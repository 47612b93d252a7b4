"""One look a moment at whether the database changed, for all open pages of this process together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from anyio import to_thread
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from cases.database import Database

EVERY = 0.6  # seconds: what is new is seen well within two
PATIENCE = 5.0  # seconds one page may take before the next one has its turn
AT_LEAST = 20.0  # seconds between two refreshes even when nothing changed: waiting times grow by themselves

log = structlog.get_logger("desk.pulse")
Listener = Callable[[], Awaitable[None]]
T = TypeVar("T")


class Pulse:
    """`listen` for a change of anything in the database; each listener looks for itself what it shows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: set[Listener] = set()
        self._connection: Connection | None = None
        self._looks: dict[tuple[object, ...], asyncio.Future[Any]] = {}
        self.beats = 0

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Returns what ends it."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    async def shared(self, key: tuple[object, ...], look: Callable[[], Awaitable[T]]) -> T:
        """What `look` finds; listeners that ask for the same within one beat share one look."""
        if key not in self._looks:
            self._looks[key] = asyncio.ensure_future(look())
        found: T = await asyncio.shield(self._looks[key])
        return found

    async def run(self) -> None:
        """Until cancelled. A database that is away is waited for."""
        seen: int | None = None
        quiet = 0.0
        while True:
            await asyncio.sleep(EVERY)
            quiet += EVERY
            try:
                now = await to_thread.run_sync(self._version)
            except SQLAlchemyError as error:
                log.warning("database_away", error=type(error).__name__)
                self._connection = None
                continue
            if now == seen and quiet < AT_LEAST:
                continue
            seen, quiet = now, 0.0
            self.beats += 1
            self._looks.clear()
            # One page after the other, and after each as long a pause as it took: who clicks waits for one page, not for
            # all of them, and at most half of the time goes into refreshing.
            for listener in list(self._listeners):
                began = time.monotonic()
                await self._tell(listener)
                await asyncio.sleep(time.monotonic() - began)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _tell(self, listener: Listener) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await listener()
        except Exception as error:  # noqa: BLE001 one broken page must not stop the others
            log.error("page_refresh", error=type(error).__name__)

    def _version(self) -> int:
        """A number that differs after any commit but our own. SQLite counts commits of other connections; this one
        never writes, so it sees them all. PostgreSQL: the next transaction to be given a number."""
        if self._connection is None:
            self._connection = self._database.engine.connect()
        statement = (
            "PRAGMA data_version"
            if self._database.is_sqlite
            else "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        )
        try:
            return int(self._connection.scalar(text(statement)) or 0)
        finally:
            self._connection.rollback()
