"""Re-encryption with the newest key, so that an old key can be taken out of the ring."""

from __future__ import annotations

from sqlalchemy import LargeBinary, cast, func, select, type_coerce, update

from cases import audit
from cases.crypto import PREFIX_LENGTH
from cases.database import Database
from cases.schema import metadata
from cases.types import EncryptedJSON, EncryptedText


def rotate(database: Database, *, batch: int = 200) -> int:
    """Seal every value again that another key sealed; returns how many. Small transactions: stopped half-way, it goes on
    where it was. Raises crypto.DecryptionError when a value fits no key of the ring."""
    total = 0
    for table in metadata.sorted_tables:
        key = next(iter(table.primary_key.columns))
        for column in table.columns:
            if not isinstance(column.type, EncryptedText | EncryptedJSON):
                continue
            raw = type_coerce(column, LargeBinary)
            context = column.type.context
            old = func.substr(raw, 1, PREFIX_LENGTH) != cast(database.keys.prefix, LargeBinary)
            while True:
                with database.write() as session:
                    rows = session.execute(select(key, raw).where(column.is_not(None), old).limit(batch)).all()
                    for row_key, sealed in rows:
                        fresh = database.keys.seal(database.keys.open(bytes(sealed), context), context)
                        session.execute(
                            update(table).where(key == row_key).values({column: type_coerce(fresh, LargeBinary)})
                        )
                if not rows:
                    break
                total += len(rows)
    with database.write() as session:
        audit.record(session, "keys_rotated", actor="system", details={"values": total})
    database.checkpoint()
    return total
