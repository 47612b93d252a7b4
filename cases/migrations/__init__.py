"""Alembic revisions of the main database."""
