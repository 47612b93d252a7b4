"""One database, two ways in: `write()` (one transaction, committed at the end) and `read()` (one snapshot).

SQLite: WAL, BEGIN IMMEDIATE for every write (no deadlock by upgrading a read), synchronous=FULL, busy_timeout 5000,
foreign keys on, secure_delete on. PostgreSQL by URL. Nothing slow (network, model) may happen inside a transaction.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql import Executable

from cases.crypto import KeyRing
from cases.types import KEYS_ATTRIBUTE
from settings import get_settings
from settings.clock import Clock
from settings.secrets import Secrets

BUSY_MILLISECONDS = 5000
TRY_AGAIN = 0.004  # seconds between two tries to be the one who writes


class Session:
    """One transaction. `now` is the moment it began, by the injected clock: all its rows carry the same time."""

    __slots__ = ("connection", "keys", "now", "writes")

    def __init__(self, connection: Connection, keys: KeyRing, clock: Clock, *, writes: bool) -> None:
        self.connection = connection
        self.keys = keys
        self.now = clock.now()
        self.writes = writes

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self.connection.execute(statement, parameters)

    def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        return self.connection.scalar(statement, parameters)

    @property
    def is_postgres(self) -> bool:
        return self.connection.dialect.name == "postgresql"


class Database:
    """Opens lazily; share one per process (it is safe between threads)."""

    def __init__(self, url: str = "", *, secrets: Secrets | None = None, clock: Clock | None = None) -> None:
        """`url` empty: the one of the settings; `secrets` absent: those of the settings."""
        self.url = make_url(url or get_settings().database)
        self.keys = KeyRing.of(secrets or get_settings().secrets)
        self.clock = clock or Clock()
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # Writers of one process queue here: SQLite's own busy handler sleeps in steps of up to 100 ms between tries.
        self._turn = threading.Lock()
        self._holder: int | None = None
        self.engine = self._sqlite_engine() if self.is_sqlite else self._postgres_engine()
        self._writer = self.engine.execution_options(xiaofa_begin=True)
        setattr(self.engine.dialect, KEYS_ATTRIBUTE, self.keys)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits at the end and rolls back on any exception.

        Raises sqlalchemy.exc.OperationalError when the database stays busy or away; RuntimeError when nested.
        """
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield Session(connection, self.keys, self.clock, writes=True)
            return
        me = threading.get_ident()
        if self._holder == me:
            raise RuntimeError("write() inside write() on one thread would wait for itself")
        with self._turn:
            self._holder = me
            try:
                with self._writer.begin() as connection:
                    yield Session(connection, self.keys, self.clock, writes=True)
            finally:
                self._holder = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent snapshot; what is written in it is rolled back."""
        with self.engine.connect() as connection:
            yield Session(connection, self.keys, self.clock, writes=False)

    def migrate(self) -> None:
        """Bring the tables to the newest revision; safe when several processes start at once."""
        from cases.migrations.run import upgrade  # Alembic costs 0.2 s to import: only who migrates pays

        with self.write() as session:
            upgrade(session.connection)

    def checkpoint(self) -> bool:
        """SQLite: move the WAL into the file and empty it, so that deleted rows are gone from both. False if readers
        were in the way (try again later). PostgreSQL: nothing to do, True."""
        if not self.is_sqlite:
            return True
        with self._turn:
            raw = self.engine.raw_connection()
            try:
                busy, _, _ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                raw.close()
        return not busy

    def ping(self) -> None:
        """Raises sqlalchemy.exc.SQLAlchemyError when the database does not answer."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        self.engine.dispose()

    def _sqlite_engine(self) -> Engine:
        if self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = create_engine(
            self.url,
            hide_parameters=True,  # an error message must not carry what a person wrote
            pool_size=16,
            max_overflow=16,
            connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000, "cached_statements": 256},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _postgres_engine(self) -> Engine:
        return create_engine(self.url, hide_parameters=True, pool_size=8, max_overflow=8, pool_pre_ping=True)


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: we choose the kind of BEGIN
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    _wal(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _wal(cursor: sqlite3.Cursor) -> None:
    """Switching to WAL ignores busy_timeout: when several processes open a new file at once, try again by hand."""
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("xiaofa_begin"):
        _begin_to_write(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_to_write(connection: Connection) -> None:
    """BEGIN IMMEDIATE, tried every few milliseconds while another process writes: SQLite's own handler soon sleeps 100 ms
    between tries, and who comes later goes first."""
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1000
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except OperationalError as error:
                if time.monotonic() > deadline or _code(error) != sqlite3.SQLITE_BUSY:
                    raise
            time.sleep(TRY_AGAIN)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


def _code(error: OperationalError) -> int:
    """SQLite's primary result code."""
    return int(getattr(error.orig, "sqlite_errorcode", 0)) & 0xFF
