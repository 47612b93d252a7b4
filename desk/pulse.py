"""One look a moment at whether the database changed, for all open pages of this process together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from anyio import to_thread
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from cases.database import Database

EVERY = 0.6  # seconds: what is new is seen well within two
AT_LEAST = 20.0  # seconds between two refreshes even when nothing changed: waiting times grow by themselves

log = structlog.get_logger("desk.pulse")
Listener = Callable[[], Awaitable[None]]


class Pulse:
    """`listen` for a change of anything in the database; each listener looks for itself what it shows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: set[Listener] = set()
        self._connection: Connection | None = None
        self.beats = 0

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Returns what ends it."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

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
            await asyncio.gather(*(self._tell(listener) for listener in list(self._listeners)))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _tell(self, listener: Listener) -> None:
        try:
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
