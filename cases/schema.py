"""The tables. Everything a person says, or that names them, is an encrypted column from the first migration on.

Changes go through Alembic (`cases/migrations`); a test compares the migrated database with this file. Over 300 lines, because
the tables are one picture: split, no reader would see what refers to what.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Time,
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
    Column("street", String(20)),  # where the QR code hangs that they scanned last; never from a location
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
    Column("case_id", String(40), index=True),  # the case spoken of here; no key: cases refer to conversations
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
    Column("case_id", String(40)),  # the case it was said in
    Column("staff_id", String(40)),  # who of the staff said it
    UniqueConstraint("channel", "channel_message_id"),
    Index("ix_messages_case_id_seq", "case_id", "seq"),
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

staff = Table(
    "staff",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("login", String(40), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("role", String(20), nullable=False),  # cases.permissions.ROLES
    Column("firm", String(80)),
    Column("topics", EncryptedJSON("staff.topics"), nullable=False),
    Column("max_load", Integer, nullable=False),
    Column("totp_secret", EncryptedText("staff.totp_secret")),
    Column("email", EncryptedText("staff.email")),
    Column("person_id", ForeignKey("people.id"), index=True),  # their own WeChat, for notices
    Column("active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# Queries that shall use the indexes of live cases say it in these very words.
LIVE = text("status IN ('queued', 'assigned', 'active', 'waiting')")

cases = Table(
    "cases",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("code", EncryptedText("cases.code"), nullable=False),
    Column("code_lookup", LargeBinary(32), nullable=False, unique=True),
    Column("person_id", ForeignKey("people.id"), index=True),
    Column("conversation_id", ForeignKey("conversations.id"), index=True),  # where the person spoke last
    Column("interview_id", String(40), unique=True),  # one intake, one case
    Column("status", String(12), nullable=False),  # cases.status
    Column("kind", String(12), nullable=False, server_default="lawyer"),  # cases.status.KINDS
    Column("topic", String(40), nullable=False),
    Column("urgency", Integer, nullable=False),  # cases.status.URGENCIES, the most urgent first
    Column("street", String(20)),
    Column("reasons", EncryptedJSON("cases.reasons"), nullable=False),
    Column("brief", EncryptedJSON("cases.brief"), nullable=False),
    Column("contact", EncryptedJSON("cases.contact")),
    Column("amount", BigInteger),  # yuan
    Column("people", Integer),
    Column("anonymous", Boolean, nullable=False),
    Column("wants_meeting", Boolean, nullable=False),
    Column("owner_id", ForeignKey("staff.id")),
    Column("second_id", ForeignKey("staff.id"), index=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("promised_at", UtcDateTime),  # when a lawyer's first words were promised for
    Column("promise_due_at", UtcDateTime),  # the promise that runs now
    Column("promise_kept", Boolean),
    Column("warned_at", UtcDateTime),
    Column("waiting_until", UtcDateTime),  # silent until then, the case is resolved
    Column("unread", Integer, nullable=False, server_default="0"),
    Column("spoken_at", UtcDateTime, nullable=False),  # the person's last words
    Column("opened_at", UtcDateTime, nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("assigned_at", UtcDateTime),
    Column("first_reply_at", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("merged_into", String(40)),
    Index("ix_cases_queue", "status", "urgency", "queued_at", "seq"),
    Index("ix_cases_live", "urgency", "queued_at", "seq", sqlite_where=LIVE, postgresql_where=LIVE),
    Index("ix_cases_owner_id_status", "owner_id", "status"),
    Index("ix_cases_promise_due_at", "promise_due_at", sqlite_where=LIVE, postgresql_where=LIVE),
    Index("ix_cases_waiting_until", "waiting_until", sqlite_where=LIVE, postgresql_where=LIVE),
    sqlite_autoincrement=True,
)


def _case_id() -> Column[str]:
    return Column("case_id", ForeignKey("cases.id"), nullable=False, index=True)


case_events = Table(
    "case_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _case_id(),
    Column("kind", String(30), nullable=False),
    Column("from_status", String(12)),
    Column("to_status", String(12)),
    Column("actor", String(40), nullable=False),  # system, person, or an id of the staff
    Column("staff_id", String(40)),  # whom it concerns
    Column("reason", EncryptedText("case_events.reason")),
    Column("created_at", UtcDateTime, nullable=False),
)

case_notes = Table(
    "case_notes",  # for the staff alone
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _case_id(),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("text", EncryptedText("case_notes.text"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

case_parties = Table(
    "case_parties",  # both sides, for conflicts of interest
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _case_id(),
    Column("side", String(10), nullable=False),  # client | opponent
    Column("lookup", LargeBinary(32), nullable=False),
    Column("name", EncryptedText("case_parties.name"), nullable=False),
    UniqueConstraint("case_id", "side", "lookup"),
    Index("ix_case_parties_lookup_side", "lookup", "side"),
)

case_deadlines = Table(
    "case_deadlines",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _case_id(),
    Column("kind", String(40), nullable=False),
    Column("title", EncryptedText("case_deadlines.title"), nullable=False),
    Column("start_on", Date),
    Column("last_day", Date, nullable=False),
    Column("acknowledged_at", UtcDateTime),
    Column("acknowledged_by", String(40)),
    Column("done_at", UtcDateTime),
    Column("reminded_on", Date),  # the last day on which it was looked at
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_case_deadlines_last_day", "last_day"),
)

attachments = Table(
    "attachments",  # the bytes lie sealed in the data folder under this id
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    _case_id(),
    Column("staff_id", String(40)),  # empty: the person brought it
    Column("name", EncryptedText("attachments.name"), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),  # a lawyer gave it to the person; empty: it stays in the house
    sqlite_autoincrement=True,
)

ALERT_OPEN = text("settled_at IS NULL")

alerts = Table(
    "alerts",  # calls to a member of the staff; they say that something waits, never what
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), index=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("kind", String(30), nullable=False),  # cases.alerts.KINDS
    Column("key", String(120), nullable=False, unique=True),  # the same thing alerts the same person once
    Column("mailed_at", UtcDateTime),
    Column("settled_at", UtcDateTime),  # mailed, or no way to mail
    Column("escalate_at", UtcDateTime),  # unacknowledged then, a supervisor hears of it
    Column("escalated_at", UtcDateTime),
    Column("acknowledged_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime, nullable=False),
    Column("owner", String(80)),
    Column("until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_alerts_not_before", "not_before", sqlite_where=ALERT_OPEN, postgresql_where=ALERT_OPEN),
    Index("ix_alerts_staff_id_acknowledged_at", "staff_id", "acknowledged_at"),
)

duty = Table(
    "duty",  # who answers at night
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False, index=True),
)

canned = Table(
    "canned",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("staff_id", ForeignKey("staff.id"), index=True),  # empty: everybody's
    Column("title", String(60), nullable=False),
    Column("text", EncryptedText("canned.text"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

ratings = Table(
    "ratings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, unique=True),
    Column("stars", Integer, nullable=False),
    Column("comment", EncryptedText("ratings.comment")),
    Column("created_at", UtcDateTime, nullable=False),
)

traceless = Table(
    "traceless",  # who wants to leave no trace: half an hour after the last message only the code and the wish are left
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("code_lookup", LargeBinary(32), nullable=False, unique=True),
    Column("conversation_id", String(64), unique=True),  # emptied with the traces
    Column("wish", EncryptedText("traceless.wish"), nullable=False),
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
    Column("body", EncryptedJSON("content_entries.body"), nullable=False),  # public words, sealed like all words
    Column("review", EncryptedJSON("content_entries.review"), nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

registrations = Table(
    "registrations",  # for a lecture; the id is in a link that its owner alone has
    metadata,
    Column("id", String(40), primary_key=True),
    Column("lecture_id", String(30), nullable=False, index=True),
    Column("person_id", ForeignKey("people.id"), index=True),  # who registered, if they had agreed to be known here
    Column("body", EncryptedJSON("registrations.body"), nullable=False),  # name, phone, company
    Column("heads", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)

takeaways = Table(
    "takeaways",  # of nobody: what a kiosk hands to a phone; the id is the hash of the token that opens it
    metadata,
    Column("id", String(64), primary_key=True),
    Column("body", EncryptedJSON("takeaways.body"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

# Joint claims of many workers (migration 0012_groups).
groups = Table(
    "groups",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("code", EncryptedText("groups.code"), nullable=False),  # whoever has it may join
    Column("code_lookup", LargeBinary(32), nullable=False, unique=True),
    Column("body", EncryptedJSON("groups.body"), nullable=False),  # employer
    Column("status", String(12), nullable=False),  # open | closed | handed
    Column("case_id", ForeignKey("cases.id"), index=True),  # the one case, once handed over
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, index=True),
)

group_members = Table(
    "group_members",  # who joined, and lines of the pasted table that nobody made their own yet
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("group_id", ForeignKey("groups.id"), nullable=False, index=True),
    Column("person_id", ForeignKey("people.id"), index=True),  # empty: joined on the page, or pasted
    Column("role", String(12), nullable=False),  # lead | representative | member
    Column("own", Boolean, nullable=False),  # the person agreed and told it; else somebody's table did
    Column("shares", Boolean, nullable=False),  # representatives may see the line
    Column("name_lookup", LargeBinary(32)),  # keyed hash: no name twice in a group
    Column("body", EncryptedJSON("group_members.body")),  # name, months, owed; empty: joined, not told yet
    Column("entered_by", String(40)),  # the member whose table it came from
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("group_id", "name_lookup"),
    UniqueConstraint("person_id", "group_id"),
    sqlite_autoincrement=True,
)

# Service points (migration 0008_points).
place_entries = Table(
    "place_entries",  # service points as changed at the desk, every version; the newest of a place counts, over the file
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=True),
    Column("place_id", String(80), nullable=False),
    Column("revision", Integer, nullable=False),  # of this place, from 1: of two who change it at once, one is refused
    Column("before", EncryptedJSON("place_entries.before")),  # how it stood; empty: it is new
    Column("body", EncryptedJSON("place_entries.body"), nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("place_id", "revision"),
    sqlite_autoincrement=True,
)

visiting_hours = Table(
    "visiting_hours",  # when a point receives people: every week, or on one day, which then counts instead of the week
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("place_id", String(80), nullable=False, index=True),
    Column("weekday", Integer),  # 1 Monday … 7 Sunday
    Column("day", Date),
    Column("opens", Time),  # on the wall in Shenzhen; empty: nobody is received on that day
    Column("closes", Time),
    Column("minutes", Integer, nullable=False),  # how long a meeting takes
    Column("seats", Integer, nullable=False),  # how many at the same time
    Column("created_at", UtcDateTime, nullable=False),
)

appointments = Table(
    "appointments",  # no name and no words of the person: the case has those
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    _case_id(),
    Column("place_id", String(80), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False, index=True),
    Column("minutes", Integer, nullable=False),
    Column("seat", Integer),  # empty: cancelled, and free for others
    Column("remind_on", Date, index=True),  # the day before; empty: reminded, or booked too late for it
    Column("cancelled_at", UtcDateTime),
    Column("cancelled_by", String(40)),  # system, person, or an id of the staff
    Column("reason", EncryptedText("appointments.reason")),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("place_id", "starts_at", "seat"),  # no seat twice
    sqlite_autoincrement=True,
)
