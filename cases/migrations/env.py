"""Alembic environment. Uses the connection of `run.upgrade`; from the command line, the database of the settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from cases.database import Database
from cases.schema import metadata


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with Database().write() as session:
        migrate(session.connection)
