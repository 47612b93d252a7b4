"""Conversations of Rasa in a database file of their own: encrypted, append-only, deletable by sender, never in memory instead.

Rasa's own SQL store reads a session several times a turn, stores plain text and, when it cannot be opened or written,
falls back to memory with a log line. Here a turn reads once, appends its new events, and a failure is raised.
"""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Sequence, Text, Tuple, Type

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from rasa_ext.keys import Cipher, data_dir, load_secrets

KEPT_RESULTS = 10_000
KEPT_TRACKERS = 200
_LOADED = "_xiaofa_stored_events"  # attribute on a tracker: how many of its events are in the database

_metadata = sa.MetaData()
_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_events = sa.Table(
    "rasa_events",
    _metadata,
    sa.Column("id", _id, primary_key=True, autoincrement=True),
    sa.Column("sender_id", sa.String(255), nullable=False),
    sa.Column("starts_session", sa.Boolean, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Index("ix_rasa_events_session", "sender_id", "starts_session", "id"),
    sa.Index("ix_rasa_events_sender", "sender_id", "id"),
    sqlite_autoincrement=True,
)
_results = sa.Table(
    "rasa_results",
    _metadata,
    sa.Column("id", _id, primary_key=True, autoincrement=True),
    sa.Column("sender_id", sa.String(255), nullable=False),
    sa.Column("message_id", sa.String(255), nullable=False),
    sa.Column("stored_at", sa.DateTime, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("sender_id", "message_id", name="uq_rasa_results_message"),
    sqlite_autoincrement=True,
)


class TrackerStoreError(RasaException):
    """The tracker database cannot be opened, read or written."""


class EncryptedTrackerStore(TrackerStore):
    """Events and turn results by conversation. `url` (or environment `XIAOFA_TRACKER_URL`) names another database than
    `rasa_tracker.db` in the data folder, such as PostgreSQL. Raises TrackerStoreError instead of losing anything."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[Text] = None,
        event_broker: Optional[EventBroker] = None,
        url: Optional[Text] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self._warm: "OrderedDict[Text, Tuple[int, Domain, DialogueStateTracker]]" = OrderedDict()
        folder = data_dir()
        try:
            self._cipher = Cipher(load_secrets(folder)["data_keys"])
            self._engine = _open(url or os.environ.get("XIAOFA_TRACKER_URL") or "", folder)
            _metadata.create_all(self._engine)
        except Exception as error:  # whatever it is: Rasa would take an ImportError or AttributeError for "use memory"
            raise TrackerStoreError(f"cannot open the tracker database in {folder}: {type(error).__name__}") from error

    # -- what Rasa calls ------------------------------------------------------------------------------------------

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The current session, or None for an unknown conversation.

        The tracker saved last is handed out again when nothing was written since: it is taken out of the shelf, so a turn that
        fails half-way, and never saves, leaves no trace.
        """
        warm = self._warm.pop(sender_id, None)
        if warm is not None and warm[:2] == (self._last_id(sender_id), self.domain):
            return warm[2]
        session_start = sa.select(sa.func.max(_events.c.id)).where(
            _events.c.sender_id == sender_id, _events.c.starts_session == sa.true()
        )
        return self._load(sender_id, _events.c.id >= sa.func.coalesce(session_start.scalar_subquery(), 0))

    async def retrieve_full_tracker(self, conversation_id: Text) -> Optional[DialogueStateTracker]:
        """All sessions."""
        return self._load(conversation_id, sa.true())

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events that are not stored yet."""
        await self._store(tracker, [])

    async def keys(self) -> Iterable[Text]:
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(_events.c.sender_id).distinct()).scalars())

    # -- what our channel calls -----------------------------------------------------------------------------------

    async def save_turn(self, tracker: DialogueStateTracker, message_id: Text, result: Dict[Text, Any]) -> None:
        """Events and result of one turn in one transaction: after a crash either both are there or the turn never was."""
        row = {
            "sender_id": tracker.sender_id,
            "message_id": message_id,
            "stored_at": datetime.now(timezone.utc).replace(tzinfo=None),
            "data": self._seal(result, tracker.sender_id),
        }
        await self._store(tracker, [row])

    def result(self, sender_id: Text, message_id: Text) -> Optional[Dict[Text, Any]]:
        """The stored result of a message that was answered before."""
        query = sa.select(_results.c.data).where(_results.c.sender_id == sender_id, _results.c.message_id == message_id)
        with self._engine.connect() as connection:
            sealed = connection.execute(query).scalar()
        return None if sealed is None else self._unseal(sealed, sender_id)

    def delete(self, sender_id: Text) -> None:
        """Remove every trace of a conversation; pages in the SQLite file are overwritten (secure_delete)."""
        self._warm.pop(sender_id, None)
        with self._engine.begin() as connection:
            for table in (_events, _results):
                connection.execute(table.delete().where(table.c.sender_id == sender_id))
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def ping(self) -> None:
        """Raises an SQLAlchemy error when the database does not answer."""
        with self._engine.connect() as connection:
            connection.execute(sa.select(sa.literal(1)))

    # -- inside ---------------------------------------------------------------------------------------------------

    def _load(self, sender_id: Text, condition: Any) -> Optional[DialogueStateTracker]:
        query = sa.select(_events.c.data).where(_events.c.sender_id == sender_id, condition).order_by(_events.c.id)
        with self._engine.connect() as connection:
            rows = connection.execute(query).scalars().all()
        if not rows:
            return None
        events = [_event(self._unseal(row, sender_id)) for row in rows]
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)
        setattr(tracker, _LOADED, len(tracker.events))
        return tracker

    async def _store(self, tracker: DialogueStateTracker, results: Sequence[Dict[Text, Any]]) -> None:
        known = getattr(tracker, _LOADED, None)
        if known is None:  # a tracker that did not come from here
            stored = await self.retrieve(tracker.sender_id)
            known = 0 if stored is None else len(stored.events)
        fresh = list(tracker.events)[known:]
        await self._publish(fresh, tracker.sender_id)
        rows = [
            {
                "sender_id": tracker.sender_id,
                "starts_session": isinstance(event, ActionExecuted) and event.action_name == ACTION_SESSION_START_NAME,
                "data": self._seal(event.as_dict(), tracker.sender_id),
            }
            for event in fresh
        ]
        if rows or results:
            with self._engine.begin() as connection:
                if rows:
                    connection.execute(_events.insert(), rows)
                for result in results:
                    key = connection.execute(_results.insert(), result).inserted_primary_key
                    inserted = int(key[0]) if key else 0
                    if inserted % 500 == 0:
                        connection.execute(_results.delete().where(_results.c.id <= inserted - KEPT_RESULTS))
        setattr(tracker, _LOADED, len(tracker.events))
        last_id = self._last_id(tracker.sender_id)
        if last_id is not None and not any(
            row["starts_session"] for row in rows
        ):  # else it still carries the old session
            self._warm[tracker.sender_id] = (last_id, self.domain, tracker)
            while len(self._warm) > KEPT_TRACKERS:
                self._warm.popitem(last=False)

    def _last_id(self, sender_id: Text) -> Optional[int]:
        query = sa.select(sa.func.max(_events.c.id)).where(_events.c.sender_id == sender_id)
        with self._engine.connect() as connection:
            last_id: Optional[int] = connection.execute(query).scalar()
        return last_id

    async def _publish(self, events: List[Event], sender_id: Text) -> None:
        if self.event_broker is not None:
            await self._stream_new_events(self.event_broker, events, sender_id)

    def _seal(self, content: Dict[Text, Any], sender_id: Text) -> bytes:
        return self._cipher.encrypt(json.dumps(content, ensure_ascii=False).encode(), sender_id)

    def _unseal(self, sealed: bytes, sender_id: Text) -> Dict[Text, Any]:
        content: Dict[Text, Any] = json.loads(self._cipher.decrypt(sealed, sender_id))
        return content


def _open(url: Text, folder: Path) -> sa.engine.Engine:
    """An engine for `url`, or for the SQLite file in `folder` (WAL, waits 5 s for a lock, wipes what it deletes)."""
    if url and not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "rasa_tracker.db"
    engine = sa.create_engine(
        url or f"sqlite:///{path}",
        poolclass=sa.pool.StaticPool,  # Rasa's event loop is the only user
        connect_args={"check_same_thread": False, "timeout": 5, "isolation_level": None},
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # NORMAL: a power cut may lose the last turns, never the file; the bot then sends them again and actions are idempotent.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    engine.connect().close()
    if not url:
        path.chmod(0o600)
    return engine


@lru_cache(maxsize=64)
def _event_class(type_name: Text) -> Type[Event]:
    """Rasa walks all subclasses of Event for every event it reads; once a type is enough."""
    found = Event.resolve_by_type(type_name)
    if found is None:
        raise ValueError(f"unknown event type {type_name}")
    return found


def _event(parameters: Dict[Text, Any]) -> Event:
    event = _event_class(parameters["event"])._from_parameters(parameters)
    if event is None:
        raise ValueError(f"unreadable event of type {parameters['event']}")
    return event
