"""All that is kept about one person, for them: one JSON document, and their files. What the staff keep for themselves (notes,
alerts, their reasons, files that stay in the house) is not theirs and left out."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select

from cases import audit
from cases.blobs import Blobs
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
        mine = table.c.case_id.in_(in_case)
        data[table.name] = _rows(session, table, mine & _theirs(table) if table is attachments else mine)
    for event in data[case_events.name]:
        event.pop("reason", None)  # why the staff did it, in words for each other
    return data


def packed(session: Session, blobs: Blobs, person_id: str, *, actor: str) -> bytes:
    """A ZIP of `信息.json` and the files they brought or were given; audited. Raises LookupError."""
    data = person_data(session, person_id, actor=actor)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("信息.json", json.dumps(data, ensure_ascii=False, indent=2))
        for number, row in enumerate(data["attachments"], 1):
            content = blobs.get(row["id"])
            if content is not None:
                archive.writestr(f"文件/{number}-{row['name']}", content)
    return out.getvalue()


def _theirs(table: Table) -> ColumnElement[bool]:
    """Of the files of a case: what the person brought, or was given."""
    return or_(table.c.staff_id.is_(None), table.c.sent_at.is_not(None))


def _rows(session: Session, table: Table, where: Any) -> list[dict[str, Any]]:
    key = next(iter(table.primary_key.columns))
    return [_plain(dict(row)) for row in session.execute(select(table).where(where).order_by(key)).mappings()]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime | date) else value
        for name, value in row.items()
        if name not in INTERNAL and value is not None
    }
