"""One person behind two channels: who showed on the web page that this WeChat account is theirs too."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import delete, insert, select, update

from cases import audit, groups, leases, people
from cases.database import Session
from cases.schema import (
    cases,
    channel_ids,
    consents,
    conversations,
    interviews,
    messages,
    outbox,
    registrations,
    reports,
    staff,
    windows,
)
from cases.schema import people as people_table

Joined = Literal["joined", "already", "nobody", "busy", "taken"]
_THEIRS = (channel_ids, consents, conversations, interviews, messages, outbox, registrations, reports, cases, staff)


def join(session: Session, *, first: tuple[str, str], second: tuple[str, str]) -> Joined:
    """Make the people behind two channel ids (channel, value) one. `nobody`: neither is known, so there is nothing to
    keep (nobody agreed to anything yet); `busy`: an answer is under way, try again in a moment; `taken`: the second already belongs to another account of
    the first's channel (a shared phone)."""
    mine = people.find(session, channel=first[0], value=first[1])
    other = people.find(session, channel=second[0], value=second[1])
    if mine is None and other is None:
        return "nobody"
    same = mine is not None and other is not None and mine.id == other.id
    if other and not same and first[0] != second[0] and people.channel_value(session, other.id, first[0]):
        return "taken"
    if mine is None or other is None:
        person, (channel, value) = (mine, second) if mine else (other, first)
        assert person is not None
        lookup = session.keys.lookup(channel, value)
        row = {"person_id": person.id, "channel": channel, "lookup": lookup, "value": value}
        session.execute(insert(channel_ids), row)
    elif mine.id == other.id:
        return "already"
    elif leases.holder(session, mine.id) or leases.holder(session, other.id):
        return "busy"
    else:
        _merge(session, other.id, mine.id, consented=_both_agreed(mine, other))
    audit.record(session, "channels_joined", actor="person")
    return "joined"


def _both_agreed(mine: people.Person, other: people.Person) -> str | None:
    """Who withdrew on one side, or agreed to other words there, is asked again."""
    return mine.consent_version if mine.consent_version == other.consent_version else None


def _merge(session: Session, gone: str, stays: str, *, consented: str | None) -> None:
    """Everything of one becomes the other's."""
    for person_id in sorted((gone, stays)):
        people.hold(session, person_id)
    taken = select(windows.c.trigger).where(windows.c.person_id == stays).scalar_subquery()
    session.execute(delete(windows).where(windows.c.person_id == gone, windows.c.trigger.in_(taken)))
    groups.merge(session, gone, stays)
    for table in (*_THEIRS, windows):
        session.execute(update(table).where(table.c.person_id == gone).values(person_id=stays))
    street = people.street(session, stays) or people.street(session, gone)
    values = {"consent_version": consented, "street": street}
    session.execute(update(people_table).where(people_table.c.id == stays).values(**values))
    session.execute(delete(people_table).where(people_table.c.id == gone))
