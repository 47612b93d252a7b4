"""The tables. Everything a person says, or that names them, is an encrypted column from the first migration on.

Changes go through Alembic (`cases/migrations`); a test compares the migrated database with this file.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

from cases.types import EncryptedJSON, EncryptedText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

people = Table(
    "people",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("consent_version", String(20)),  # what they agreed to and did not withdraw; history is in consents
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False, index=True),
)

channel_ids = Table(
    "channel_ids",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("lookup", LargeBinary(32), nullable=False),
    Column("value", EncryptedText("channel_ids.value"), nullable=False),
    UniqueConstraint("channel", "lookup"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person_id", ForeignKey("people.id"), index=True),  # empty: `rasa shell` and tests, nobody's data
    Column("channel", String(20), nullable=False),
    Column("owner", String(10), nullable=False),  # bot | lawyer
    Column("status", String(10), nullable=False),  # open | closed
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
)

cards = Table(
    "cards",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("message_id", String(64), nullable=False),
    Column("action", String(80), nullable=False),
    Column("position", Integer, nullable=False),
    Column("body", EncryptedJSON("cards.body"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("message_id", "action", "position"),
    sqlite_autoincrement=True,
)

UNFINISHED = text("status IN ('received', 'answering', 'failed')")

messages = Table(
    "messages",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),  # order of arrival; never used again after deletion
    Column("id", String(40), nullable=False, unique=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("channel_message_id", String(80)),  # empty for what we say
    Column("author_kind", String(10), nullable=False),  # person | bot | lawyer | system
    Column("text", EncryptedText("messages.text")),
    Column("payload", EncryptedText("messages.payload")),  # what a choice means to Rasa
    Column("choice_card_id", String(40)),
    Column("card_id", ForeignKey("cards.id"), index=True),  # what was said, when it was a card
    Column("reply_to", String(40)),
    Column("status", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime),
    Column("deferred", Boolean, nullable=False, server_default=false()),  # nobody waits in an open connection any more
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "channel_message_id"),
    Index("ix_messages_person_id_seq", "person_id", "seq"),
    Index("ix_messages_reply_to", "reply_to"),
    Index("ix_messages_unfinished", "person_id", "seq", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
    sqlite_autoincrement=True,
)

interviews = Table(
    "interviews",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("person_id", ForeignKey("people.id"), index=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("script_id", String(120), nullable=False),
    Column("script_version", String(40), nullable=False),
    Column("answers", EncryptedJSON("interviews.answers"), nullable=False),
    Column("position", String(120)),
    Column("status", String(12), nullable=False),  # open | paused | done | dropped
    Column("last_message_id", String(64)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

reports = Table(
    "reports",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("person_id", ForeignKey("people.id"), index=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("interview_id", String(40), nullable=False, unique=True),  # one interview, one report
    Column("body", EncryptedJSON("reports.body"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("target", String(20), nullable=False),  # the channel that delivers it
    Column("key", String(80), nullable=False, unique=True),  # what is put twice under one key is sent once
    Column("body", EncryptedJSON("outbox.body")),  # emptied once sent
    Column("sent_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime, nullable=False),
    Column("owner", String(80)),
    Column("until", UtcDateTime),
    Column("via", String(10)),  # passive | service; empty: a reply in the open connection may still take it
    Column("part", Integer, nullable=False, server_default="0"),  # how many of its messages have gone out
    Column("sending", Boolean, nullable=False, server_default=false()),  # a send began whose outcome is not noted yet
    Column("unknown", Integer, nullable=False, server_default="0"),  # sends of this part with an unknown outcome
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_outbox_target_not_before", "target", "not_before"),
    sqlite_autoincrement=True,
)

windows = Table(
    "windows",  # when a messenger lets us write first, and how much of that is used
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("trigger", String(10), primary_key=True),  # message | menu | follow | scan | notice
    Column("stamp", BigInteger, nullable=False),  # the messenger's own time of what opened it: a copy opens nothing
    Column("used", Integer, nullable=False, server_default="0"),
    Column("opened_at", UtcDateTime, nullable=False),
)

receipts = Table(
    "receipts",  # deliveries that are no messages: done once, answered the same each time; kept for a day
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("lookup", LargeBinary(32), primary_key=True),
    Column("reply", String(40), nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("key", String(80), nullable=False),
    Column("body", EncryptedJSON("jobs.body"), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime, nullable=False),
    Column("owner", String(80)),
    Column("until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("kind", "key"),
    Index("ix_jobs_kind_not_before", "kind", "not_before"),
    sqlite_autoincrement=True,
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(80), primary_key=True),  # a person's id, or `worker:…`
    Column("owner", String(80), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

tokens = Table(
    "tokens",  # passes to other services, shared by all processes
    metadata,
    Column("name", String(80), primary_key=True),
    Column("value", EncryptedText("tokens.value"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("card_id", ForeignKey("cards.id"), nullable=False, unique=True),
    Column("good", Boolean, nullable=False),
    Column("comment", EncryptedText("feedback.comment")),
    Column("created_at", UtcDateTime, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("version", String(20), nullable=False),
    Column("agreed", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

audit = Table(
    "audit",  # no foreign keys: the log never stands in the way of live data; no contents and no personal data
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False, index=True),
    Column("actor", String(80), nullable=False),
    Column("subject", String(80)),
    Column("details", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

# What the desk needs of its own (migration 0006).
staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # SHA-256 of what the browser holds
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("csrf", String(40), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False, index=True),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("lookup", LargeBinary(32), primary_key=True),  # keyed hash of a login or an address
    Column("failures", Integer, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

used_codes = Table(
    "used_codes",  # the last one-time code of each member of staff: none works twice
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("step", BigInteger, nullable=False),
)

content_drafts = Table(
    "content_drafts",  # encrypted: until it is scrubbed and read, a draft may hold what somebody said
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("faq_id", String(80), nullable=False),
    Column("origin", String(20), nullable=False),  # gap | answer | faq | new
    Column("body", EncryptedJSON("content_drafts.body"), nullable=False),
    Column("status", String(12), nullable=False, index=True),  # draft | review | published | dropped
    Column("author_id", ForeignKey("staff.id"), nullable=False),
    Column("reader_id", ForeignKey("staff.id")),
    Column("remark", EncryptedText("content_drafts.remark")),  # what the reader wants changed
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

content_entries = Table(
    "content_entries",  # what was published, every version; the newest of a FAQ counts, over the one in the repository
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=True),
    Column("faq_id", String(80), nullable=False, index=True),
    Column("body", JSON, nullable=False),  # public words, read by two people
    Column("review", JSON, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)
