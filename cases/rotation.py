"""Re-encryption with the newest key, so that an old key can be taken out of the ring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, cast, func, select, type_coerce, update

from cases import audit
from cases.blobs import Blobs
from cases.crypto import PREFIX_LENGTH
from cases.database import Database, Session
from cases.schema import metadata
from cases.types import EncryptedJSON, EncryptedText


def rotate(database: Database, *, batch: int = 200, data_dir: Path | None = None) -> int:
    """Seal again, with the newest key, every value that another one sealed, and with `data_dir` the files of attachments;
    returns how many.

    Small transactions: stopped half-way, it goes on where it was. Raises crypto.DecryptionError on a strange value.
    """
    total = 0
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, EncryptedText | EncryptedJSON):
                while count := _rotate_batch(database, table, column, column.type.context, batch):
                    total += count
    total += Blobs(data_dir, database.keys).reseal() if data_dir else 0
    with database.write() as session:
        audit.record(session, "keys_rotated", actor="system", details={"values": total})
    database.checkpoint()
    return total


def _rotate_batch(database: Database, table: Table, column: Column[Any], context: str, batch: int) -> int:
    key: ColumnElement[Any] = next(iter(table.primary_key.columns))
    sealed_bytes = type_coerce(column, LargeBinary)  # past the type that would decrypt
    old = func.substr(sealed_bytes, 1, PREFIX_LENGTH) != cast(database.keys.prefix, LargeBinary)
    with database.write() as session:
        rows: list[Any] = list(
            session.execute(select(key, sealed_bytes).where(column.is_not(None), old).limit(batch).with_for_update())
        )
        for row_key, sealed in rows:
            fresh = database.keys.seal(database.keys.open(bytes(sealed), context), context)
            _replace(session, table, key == row_key, column.name, fresh)
    return len(rows)


def _replace(session: Session, table: Table, where: ColumnElement[bool], column: str, sealed: bytes) -> None:
    session.execute(update(table).where(where).values({column: type_coerce(sealed, LargeBinary)}))
