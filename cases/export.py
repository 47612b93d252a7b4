"""All that is kept about one person, as one JSON document for them. Notes and alerts of the staff are not theirs and left out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select

from cases import audit
from cases.database import Session
from cases.schema import (
    appointments,
    attachments,
    cards,
    case_deadlines,
    case_events,
    case_parties,
    cases,
    channel_ids,
    consents,
    conversations,
    feedback,
    group_members,
    interviews,
    messages,
    people,
    ratings,
    registrations,
    reports,
)

OF_PERSON = (channel_ids, consents, conversations, messages, interviews, reports, registrations, group_members, cases)
OF_CONVERSATION = (cards, feedback)
OF_CASE = (case_parties, case_deadlines, case_events, attachments, ratings, appointments)
INTERNAL = frozenset({"lookup", "code_lookup", "payload", "attempts", "not_before", "deferred", "owner_id", "second_id",
                      "channel_message_id", "version", "unread", "warned_at", "staff_id", "actor", "seat", "cancelled_by", "name_lookup", "entered_by"})  # fmt: skip


def person_data(session: Session, person_id: str, *, actor: str) -> dict[str, Any]:
    """Rows by table, moments as ISO text; audited. Raises LookupError when there is no such person."""
    person = session.execute(select(people).where(people.c.id == person_id)).mappings().first()
    if person is None:
        raise LookupError("没有这个人，可能已经删除")
    audit.record(session, "person_exported", actor=actor)
    data: dict[str, Any] = {"people": [_plain(dict(person))]}
    for table in OF_PERSON:
        data[table.name] = _rows(session, table, table.c.person_id == person_id)
    theirs = select(conversations.c.id).where(conversations.c.person_id == person_id)
    for table in OF_CONVERSATION:
        data[table.name] = _rows(session, table, table.c.conversation_id.in_(theirs))
    in_case = select(cases.c.id).where(cases.c.person_id == person_id)
    for table in OF_CASE:
        data[table.name] = _rows(session, table, table.c.case_id.in_(in_case))
    return data


def _rows(session: Session, table: Table, where: Any) -> list[dict[str, Any]]:
    key = next(iter(table.primary_key.columns))
    return [_plain(dict(row)) for row in session.execute(select(table).where(where).order_by(key)).mappings()]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime | date) else value
        for name, value in row.items()
        if name not in INTERNAL and value is not None
    }
