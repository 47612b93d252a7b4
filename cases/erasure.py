"""Forgetting a person: on their wish, or because they were away longer than we may keep what they told us."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, select, update

from cases import alerts, audit, events, groups, jobs
from cases.database import Database, Session
from cases.outbox import deliveries
from cases.schema import alerts as alert_table
from cases.schema import (
    appointments,
    attachments,
    cards,
    case_deadlines,
    case_events,
    case_notes,
    case_parties,
    cases,
    channel_ids,
    consents,
    conversations,
    feedback,
    interviews,
    leases,
    messages,
    outbox,
    people,
    ratings,
    registrations,
    reports,
    staff,
    traceless,
    windows,
)
from cases.status import LIVE, SILENT

DELETE_TRACKER = "delete_tracker"
"""Kind of the job that removes a conversation from Rasa; its key is the conversation id."""

DELETE_BLOB = "delete_blob"
"""Kind of the job that removes an attachment's bytes; its key is the attachment's id."""

Reason = Literal["wish", "unsubscribed", "retention", "no_trace"]


def kept_cases(session: Session, person_id: str) -> int:
    """How many cases a lawyer has in hand: what those need (brief, parties, deadlines, notes, files) stays, without the contact
    and the conversation, until the lawyer is done. Who asks to be forgotten is told so."""
    mine = (cases.c.person_id == person_id) & cases.c.status.in_(sorted(SILENT))
    return int(session.scalar(select(func.count()).select_from(cases).where(mine)) or 0)


def erase_person(session: Session, person_id: str, *, reason: Reason = "wish") -> bool:
    """Remove everything of the person; False when there is no such person.

    What stays: what open cases must keep (`kept_cases`), an audit row without a name, and a job per conversation that deletes Rasa's tracker (the row goes when
    that is done). After the commit call `Database.checkpoint()`, or use `erase`: until then SQLite's WAL still holds
    old pages.
    """
    if session.scalar(select(people.c.id).where(people.c.id == person_id).with_for_update()) is None:
        return False
    conversation_ids = list(
        session.execute(select(conversations.c.id).where(conversations.c.person_id == person_id)).scalars()
    )
    # A turn under way would bring the tracker back after its deletion: wait until its lease has run out.
    busy_until = session.scalar(select(leases.c.until).where(leases.c.name == person_id))
    for conversation_id in conversation_ids:
        jobs.put(session, DELETE_TRACKER, conversation_id, {}, not_before=busy_until)
    theirs = conversation_ids
    groups.forget(session, person_id)
    _leave_cases(session, person_id)
    session.execute(update(staff).where(staff.c.person_id == person_id).values(person_id=None))
    session.execute(
        update(traceless).where(traceless.c.conversation_id.in_(conversation_ids)).values(conversation_id=None)
    )
    session.execute(delete(outbox).where(outbox.c.person_id == person_id))
    session.execute(delete(feedback).where(feedback.c.conversation_id.in_(theirs)))
    count = session.execute(delete(messages).where(messages.c.person_id == person_id)).rowcount
    session.execute(delete(cards).where(cards.c.conversation_id.in_(theirs)))
    session.execute(delete(interviews).where(interviews.c.conversation_id.in_(theirs)))
    session.execute(delete(reports).where(reports.c.conversation_id.in_(theirs)))
    session.execute(delete(conversations).where(conversations.c.person_id == person_id))
    session.execute(delete(consents).where(consents.c.person_id == person_id))
    session.execute(delete(channel_ids).where(channel_ids.c.person_id == person_id))
    session.execute(delete(windows).where(windows.c.person_id == person_id))
    session.execute(delete(registrations).where(registrations.c.person_id == person_id))
    session.execute(delete(leases).where(leases.c.name.in_((person_id, deliveries(person_id)))))
    session.execute(delete(people).where(people.c.id == person_id))
    actor = "system" if reason == "retention" else "person"
    audit.record(session, "person_erased", actor=actor, details={"reason": reason, "messages": count})
    return True


def erase(database: Database, person_id: str, *, reason: Reason = "wish") -> bool:
    """`erase_person` in a transaction of its own, and then out of the WAL too (should a reader have been in the way,
    the worker empties it later)."""
    with database.write() as session:
        found = erase_person(session, person_id, reason=reason)
    database.checkpoint()
    return found


def people_unseen_since(session: Session, moment: datetime, limit: int = 100) -> list[str]:
    """Ids of people whose last sign of life is older than `moment`; not who has a live case or belongs to the staff."""
    live = select(cases.c.id).where(cases.c.person_id == people.c.id, cases.c.status.in_(sorted(LIVE))).exists()
    ours = select(staff.c.id).where(staff.c.person_id == people.c.id).exists()
    rows = session.execute(select(people.c.id).where(people.c.last_seen_at < moment, ~live, ~ours).limit(limit))
    return list(rows.scalars())


def erase_case(session: Session, case_id: str, *, reason: Reason) -> None:
    """Remove a case and all that belongs to it; what was said in it stays with its person, if there still is one."""
    for attachment_id in session.execute(select(attachments.c.id).where(attachments.c.case_id == case_id)).scalars():
        jobs.put(session, DELETE_BLOB, attachment_id, {})
    for table in (
        alert_table,
        appointments,
        attachments,
        case_deadlines,
        case_events,
        case_notes,
        case_parties,
        ratings,
    ):
        session.execute(delete(table).where(table.c.case_id == case_id))
    groups.erase_of_case(session, case_id)
    for words in (conversations, messages):
        session.execute(update(words).where(words.c.case_id == case_id).values(case_id=None))
    session.execute(delete(cases).where(cases.c.id == case_id))
    audit.record(session, "case_erased", actor="system", subject=case_id, details={"reason": reason})


def _leave_cases(session: Session, person_id: str) -> None:
    """Cases in a lawyer's hands lose their person; the others go."""
    rows = session.execute(
        select(cases.c.id, cases.c.status, cases.c.owner_id, cases.c.second_id, cases.c.brief).where(
            cases.c.person_id == person_id
        )
    ).all()
    for row in rows:
        if row.status not in SILENT:
            erase_case(session, row.id, reason="wish")
            continue
        brief = row.brief | (
            {"transcript": []} if "transcript" in row.brief else {}
        )  # the conversation again, word for word
        gone = {
            "person_id": None,
            "conversation_id": None,
            "interview_id": None,
            "contact": None,
            "unread": 0,
            "brief": brief,
        }
        session.execute(update(cases).where(cases.c.id == row.id).values(**gone, version=cases.c.version + 1))
        session.execute(delete(appointments).where(appointments.c.case_id == row.id))
        events.record(session, row.id, "person_gone", actor="person")
        for staff_id in filter(None, (row.owner_id, row.second_id)):
            alerts.put(session, staff_id, "person_gone", f"gone:{row.id}", case_id=row.id)
