"""Alembic, called from the program: no command line and no alembic.ini needed."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

LOCK_NUMBER = 0x78696166  # "xiaf": PostgreSQL advisory lock held while migrating


def configuration(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Upgrade inside the caller's transaction, which lets one process at a time in: BEGIN IMMEDIATE on SQLite, an
    advisory lock on PostgreSQL. Both databases have transactional DDL: a broken migration leaves nothing behind."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
    config = configuration(connection)
    if MigrationContext.configure(connection).get_current_heads() != tuple(
        ScriptDirectory.from_config(config).get_heads()
    ):
        command.upgrade(config, "head")
