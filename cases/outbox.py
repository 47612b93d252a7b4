"""Outbox: what must be delivered to a person who is not waiting for it. Rows are put in the transaction that made them
necessary and delivered by the worker, with retries.

A parcel whose `via` is empty may still be shown in a connection the person holds open; then `shown` marks it. Otherwise
the channel takes the person's parcels one after the other (`people_due`, `head`), under a lease of the person's
`deliveries`, and notes before each send that it begins: who finds that note knows that the outcome is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from cases import leased
from cases.database import Session
from cases.schema import leases, messages, outbox

Via = Literal["passive", "service"]
PARKED = timedelta(days=3650)  # until the person is here again


_UNSENT = (
    select(outbox)
    .where(
        outbox.c.person_id
        == select(messages.c.person_id).where(messages.c.id == bindparam("message_id")).scalar_subquery(),
        outbox.c.target == bindparam("target"),
        outbox.c.sent_at.is_(None),
    )
    .order_by(outbox.c.id)
)


_RELEASE = (
    update(outbox)
    .where(outbox.c.person_id == bindparam("person"), outbox.c.target == bindparam("channel"))
    .where(outbox.c.sent_at.is_(None), outbox.c.via.is_not(None), outbox.c.not_before > bindparam("now"))
    .values(not_before=bindparam("now"))
)


@dataclass(frozen=True)
class Parcel:
    id: int
    person_id: str
    target: str
    key: str
    body: dict[str, Any]
    attempts: int


@dataclass(frozen=True)
class State:
    """How far a parcel is. `owner`: of one that went out passively, the reply that held it. `sending`: a send of `part`
    began and nobody noted how it ended; `due`: its time has come; `parked`: it waits until the person is here again."""

    id: int
    person_id: str
    key: str
    body: dict[str, Any] | None
    via: Via | None
    owner: str | None
    part: int
    sent: bool
    due: bool
    parked: bool
    sending: bool
    unknown: int
    attempts: int


def put(
    session: Session,
    *,
    person_id: str,
    target: str,
    key: str,
    body: dict[str, Any],
    wait: timedelta = timedelta(0),
    via: Via | None = None,
) -> None:
    """Queue for delivery by the channel `target`. Under a `key` put before, nothing happens.

    `wait`: how long a channel that may still answer directly has the word (`via` is empty then).
    """
    if session.scalar(select(outbox.c.id).where(outbox.c.key == key)) is None:
        row = {"person_id": person_id, "target": target, "key": key, "body": body, "via": via}
        session.execute(insert(outbox), {**row, "not_before": session.now + wait, "created_at": session.now})


def take(session: Session, target: str, *, owner: str, seconds: float, limit: int = 20) -> list[Parcel]:
    """Due parcels of a channel, held by `owner` for `seconds`: deliver outside the transaction, `sent` or `retry`."""
    condition = (outbox.c.target == target) & outbox.c.sent_at.is_(None)
    rows = leased.take(session, outbox, condition, owner=owner, seconds=seconds, limit=limit)
    return [Parcel(row.id, row.person_id, row.target, row.key, row.body, row.attempts + 1) for row in rows]


def sent(session: Session, parcel_id: int, *, owner: str) -> bool:
    """Delivered: the contents go, the key stays. False when the lease was lost (perhaps sent twice: log it)."""
    statement = (
        update(outbox)
        .where(outbox.c.id == parcel_id, outbox.c.owner == owner)
        .values(sent_at=session.now, body=None, owner=None, until=None)
    )
    return session.execute(statement).rowcount == 1


def retry(session: Session, parcel_id: int, *, owner: str, wait: timedelta) -> bool:
    """Not delivered: again after `wait`. False when the lease was lost."""
    return leased.retry(session, outbox, parcel_id, owner=owner, wait=wait)


def deliveries(person_id: str) -> str:
    """Name of the lease under which a person's parcels are delivered."""
    return f"deliver:{person_id}"


def people_due(session: Session, target: str, limit: int = 50) -> list[str]:
    """People with a due parcel that nobody is delivering, longest waiting first."""
    rows = session.execute(
        select(outbox.c.person_id)
        .outerjoin(leases, leases.c.name == "deliver:" + outbox.c.person_id)
        .where(outbox.c.target == target, outbox.c.sent_at.is_(None), outbox.c.not_before <= session.now)
        .where(or_(leases.c.until.is_(None), leases.c.until <= session.now))
        .group_by(outbox.c.person_id)
        .order_by(func.min(outbox.c.id))
        .limit(limit)
    )
    return list(rows.scalars())


def head(session: Session, person_id: str, target: str) -> State | None:
    """The person's oldest parcel that is not delivered: nothing younger may overtake it."""
    theirs = and_(outbox.c.person_id == person_id, outbox.c.target == target, outbox.c.sent_at.is_(None))
    row = session.execute(select(outbox).where(theirs).order_by(outbox.c.id).limit(1)).first()
    return _state(session, row) if row else None


def unsent(session: Session, message_id: str, target: str) -> list[State]:
    """All that is not delivered to who sent this message, oldest first."""
    rows = session.execute(_UNSENT, {"message_id": message_id, "target": target})
    return [_state(session, row) for row in rows]


def waiting(session: Session, person_id: str, target: str) -> list[State]:
    """What did not get to the person in time, oldest first."""
    late = or_(outbox.c.via.is_not(None), outbox.c.not_before <= session.now)
    statement = select(outbox).where(
        outbox.c.person_id == person_id, outbox.c.target == target, outbox.c.sent_at.is_(None), late
    )
    return [_state(session, row) for row in session.execute(statement.order_by(outbox.c.id))]


def shown_in(session: Session, person_id: str, reply: str) -> list[State]:
    """What went out in this reply before (`shown`): a copy of the delivery gets it again."""
    theirs = and_(outbox.c.person_id == person_id, outbox.c.via == "passive", outbox.c.owner == reply)
    return [_state(session, row) for row in session.execute(select(outbox).where(theirs).order_by(outbox.c.id))]


def shown(session: Session, parcel_id: int, *, reply: str, next_part: int | None) -> None:
    """It was in the open connection's answer `reply`: all of it (`next_part` None), or all before that part."""
    values: dict[str, Any] = {"via": "passive", "owner": reply, "sending": False, "unknown": 0}
    if next_part is None:
        values |= {"sent_at": session.now, "body": None}
    else:
        values |= {"part": next_part, "not_before": session.now}
    session.execute(update(outbox).where(outbox.c.id == parcel_id, outbox.c.sent_at.is_(None)).values(**values))


def defer(session: Session, message_id: str) -> None:
    """No connection is open for this message any more: what answers it, now or later, is delivered by the worker."""
    said = select(messages.c.card_id).where(messages.c.reply_to == message_id)
    session.execute(update(messages).where(messages.c.id == message_id).values(deferred=True))
    session.execute(
        update(outbox)
        .where(outbox.c.key.in_(said), outbox.c.sent_at.is_(None), outbox.c.via.is_(None))
        .values(via="service", not_before=session.now)
    )


def release(session: Session, person_id: str, target: str) -> None:
    """The person is here again: what waited for them is due."""
    session.execute(_RELEASE, {"person": person_id, "channel": target, "now": session.now})


def hold_back(session: Session, person_id: str, target: str, wait: timedelta) -> None:
    """Nothing can reach the person now: all that waits for them waits until then, or until they are here again."""
    session.execute(
        update(outbox)
        .where(outbox.c.person_id == person_id, outbox.c.target == target, outbox.c.sent_at.is_(None))
        .where(or_(outbox.c.via.is_not(None), outbox.c.not_before <= session.now))
        .values(via=func.coalesce(outbox.c.via, "service"), not_before=session.now + wait)
    )


def park(session: Session, parcel_id: int) -> None:
    """This one waits until the person is here again (`release`)."""
    values = {"via": func.coalesce(outbox.c.via, "service"), "not_before": session.now + PARKED}
    session.execute(update(outbox).where(outbox.c.id == parcel_id).values(**values))


def line_up(session: Session, first: State) -> None:
    """Whatever of the person's is younger than this parcel waits as long as it does."""
    moment = select(outbox.c.not_before).where(outbox.c.id == first.id).scalar_subquery()
    session.execute(
        update(outbox)
        .where(outbox.c.person_id == first.person_id, outbox.c.id > first.id, outbox.c.sent_at.is_(None))
        .where(outbox.c.via.is_not(None), outbox.c.not_before < moment)
        .values(not_before=moment)
    )


def begin(session: Session, parcel_id: int, *, unknown: int) -> None:
    """A send begins, with `unknown` ones before it."""
    session.execute(
        update(outbox)
        .where(outbox.c.id == parcel_id)
        .values(
            via=func.coalesce(outbox.c.via, "service"), sending=True, unknown=unknown, attempts=outbox.c.attempts + 1
        )
    )


def ended(
    session: Session,
    parcel_id: int,
    *,
    next_part: int | None = None,
    wait: timedelta | None = None,
    unknown: bool = False,
) -> None:
    """The send ended: delivered (`next_part` None: all of it), or (`wait`) to be tried again then. `unknown`: whether it
    got there nobody can say."""
    if wait is not None:
        values: dict[str, Any] = {"sending": unknown, "not_before": session.now + wait}
    elif next_part is None:
        values = {"sending": False, "unknown": 0, "sent_at": session.now, "body": None}
    else:
        values = {"sending": False, "unknown": 0, "part": next_part}
    session.execute(update(outbox).where(outbox.c.id == parcel_id).values(**values))


def _state(session: Session, row: Any) -> State:
    return State(
        id=row.id,
        person_id=row.person_id,
        key=row.key,
        body=row.body,
        via=row.via,
        owner=row.owner,
        part=row.part,
        sent=row.sent_at is not None,
        due=row.not_before <= session.now,
        parked=row.not_before - session.now > PARKED / 2,
        sending=row.sending,
        unknown=row.unknown,
        attempts=row.attempts,
    )
