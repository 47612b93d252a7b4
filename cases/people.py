"""People: found by the keyed hash of their channel id, never by the id itself; and what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update

from cases.database import Session
from cases.ids import new_id
from cases.schema import channel_ids, consents, people


@dataclass(frozen=True)
class Person:
    id: str
    consent_version: str | None


_BY_CHANNEL = (
    select(people.c.id, people.c.consent_version)
    .join(channel_ids, channel_ids.c.person_id == people.c.id)
    .where(channel_ids.c.channel == bindparam("channel"), channel_ids.c.lookup == bindparam("lookup"))
)


def find(session: Session, *, channel: str, value: str) -> Person | None:
    """The person behind a channel id (web session, openid …), or None."""
    parameters = {"channel": channel, "lookup": session.keys.lookup(channel, value)}
    row = session.execute(_BY_CHANNEL, parameters).first()
    return Person(row.id, row.consent_version) if row else None


def find_or_create(session: Session, *, channel: str, value: str) -> Person:
    """The person behind a channel id, made on first contact."""
    known = find(session, channel=channel, value=value)
    if known:
        return known
    person_id = new_id("p_")
    session.execute(insert(people), {"id": person_id, "created_at": session.now, "last_seen_at": session.now})
    session.execute(
        insert(channel_ids),
        {
            "person_id": person_id,
            "channel": channel,
            "lookup": session.keys.lookup(channel, value),
            "value": value,
        },
    )
    return Person(person_id, None)


def channel_value(session: Session, person_id: str, channel: str) -> str | None:
    """How the channel itself names the person (openid …): only for writing to them."""
    mine = (channel_ids.c.person_id == person_id) & (channel_ids.c.channel == channel)
    found: str | None = session.scalar(select(channel_ids.c.value).where(mine))
    return found


def record_consent(session: Session, person_id: str, *, version: str, agreed: bool) -> None:
    """Keep what was agreed to (or withdrawn), in which words (`version`) and when."""
    row = {"person_id": person_id, "version": version, "agreed": agreed, "created_at": session.now}
    session.execute(insert(consents), row)
    session.execute(update(people).where(people.c.id == person_id).values(consent_version=version if agreed else None))


def hold(session: Session, person_id: str) -> bool:
    """Hold the person's row until the transaction ends, so that sequence numbers follow the order of commits (on SQLite
    the write lock does that). False when there is no such person (erased meanwhile)."""
    return session.scalar(select(people.c.id).where(people.c.id == person_id).with_for_update()) is not None


def seen(session: Session, person_id: str) -> bool:
    """Hold the person's row as `hold` does, and note that they were here just now (retention counts from it)."""
    statement = update(people).where(people.c.id == person_id).values(last_seen_at=session.now)
    return session.execute(statement).rowcount == 1


def scanned(session: Session, person_id: str, street: str) -> None:
    """They scanned a QR code that hangs in this street (the last one counts)."""
    session.execute(update(people).where(people.c.id == person_id).values(street=street))


def street(session: Session, person_id: str) -> str | None:
    """The street of the QR code they came by, or None."""
    found: str | None = session.scalar(select(people.c.street).where(people.c.id == person_id))
    return found
