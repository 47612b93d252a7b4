"""What the open connection may say: which parcels, how much of them fits, and the note afterwards that they went out.

A reply may be lost on its way, and then WeChat sends its push again: the same parcels are offered again to the same push,
and to no other. What the worker has in hand is never offered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.wechat import texts
from bot.channels.wechat.passive import TEXT_BYTES
from bot.channels.wechat.split import split
from cases import cards, leases, messages, outbox
from cases.database import Database, Session
from cases.outbox import State

TARGET = "wechat"
NO_SERVICE = "wechat:no-service"
"""Lease that is held while WeChat says that the account may not send customer-service messages (at all, or today)."""
GAP = "\n\n"
Parts = Callable[[str, dict[str, Any]], list[str]]
"""Card id and card body to the texts of at most 2,000 bytes that say it."""


@dataclass(frozen=True)
class Offer:
    """`text`: the reply, None for nothing; `shown`: by parcel, the part that comes next, None when all of it is in the
    text; `service`: whether late words can be sent at all; `whole`: nothing that answers the message is left out."""

    text: str | None = None
    shown: dict[int, int | None] = field(default_factory=dict)
    service: bool = True
    whole: bool = True


class Offers:
    """`service`: the account has the customer-service interface, as far as the settings know."""

    def __init__(self, database: Database, parts: Parts, *, service: bool) -> None:
        self._database = database
        self._parts = parts
        self._service = service

    def has_service(self, session: Session) -> bool:
        return self._service and leases.holder(session, NO_SERVICE) is None

    def of_message(self, message_id: str, said: list[dict[str, Any]], reply: str) -> Offer:
        """What may be answered to the push `reply`, which brought this message; `said`: the cards that answer it.
        Nothing when older words still wait: they must not be overtaken. Without customer service they go along."""
        with self._database.read() as session:
            service = self.has_service(session)
            unsent = outbox.unsent(session, message_id, TARGET)
            mine = {card["id"] for card in said}
            older = [parcel for parcel in unsent if parcel.key not in mine and (parcel.via or parcel.due)]
            free = [parcel for parcel in unsent if parcel.key in mine and (parcel.via is None or not service)]
            if service and any(parcel.id < min((one.id for one in free), default=parcel.id + 1) for parcel in older):
                return Offer(service=True, whole=False)
            again = []
            if len(free) < len(mine):  # some went out before: perhaps in the lost reply to a copy of this push
                person_id = messages.person_of(session, message_id)
                again = outbox.shown_in(session, person_id, reply) if person_id else []
            chosen = free + again + ([] if service else older)
            offer = self._fit(session, chosen, reply, service, {card["id"]: card for card in said})
            return replace(offer, whole=all(offer.shown.get(parcel.id, 0) is None for parcel in free))

    def of_waiting(self, person_id: str, reply: str) -> Offer:
        """All that waits for the person, for accounts that cannot send it."""
        with self._database.read() as session:
            service = self.has_service(session)
            if service:
                return Offer(service=True)
            chosen = outbox.waiting(session, person_id, TARGET) + outbox.shown_in(session, person_id, reply)
            return self._fit(session, chosen, reply, service, {})

    def settle(self, offer: Offer, reply: str, *, defer: str | None) -> None:
        """The reply is on the wire. `defer`: the message whose other answers, now and later, are the worker's."""
        if not offer.shown and defer is None:
            return
        with self._database.write() as session:
            for parcel_id, next_part in offer.shown.items():
                outbox.shown(session, parcel_id, reply=reply, next_part=next_part)
            if defer is not None:
                outbox.defer(session, defer)

    def _fit(
        self, session: Session, chosen: list[State], reply: str, service: bool, bodies: dict[str, dict[str, Any]]
    ) -> Offer:
        parcels = sorted({parcel.id: parcel for parcel in chosen}.values(), key=lambda parcel: parcel.id)
        room = TEXT_BYTES if service else TEXT_BYTES - len(texts.MORE.encode())
        bodies = bodies | cards.get_cards(session, [parcel.key for parcel in parcels if parcel.key not in bodies])
        text, shown = "", dict[int, int | None]()
        for parcel in parcels:
            parts = parcel_texts(parcel, bodies.get(parcel.key), self._parts)
            first = 0 if parcel.via == "passive" and parcel.owner == reply else parcel.part
            for number in range(first, len(parts)):
                longer = text + GAP + parts[number] if text else parts[number]
                if text and len(longer.encode()) > room:
                    if number > first:
                        shown[parcel.id] = number
                    return self._offer(text, shown, service, more=True)
                text = longer
            shown[parcel.id] = None
        return self._offer(text, shown, service, more=False)

    @staticmethod
    def _offer(text: str, shown: dict[int, int | None], service: bool, *, more: bool) -> Offer:
        hint = texts.MORE if more and not service else ""
        if len((text + hint).encode()) > TEXT_BYTES:
            hint = ""
        return Offer(text + hint or None, shown, service)


def parcel_texts(parcel: State, card: dict[str, Any] | None, parts: Parts) -> list[str]:
    """The messages a parcel is sent as: a card's, or words of our own; none when the card is gone."""
    if card is not None:
        return parts(parcel.key, card)
    body = parcel.body or {}
    words = str(body.get("text") or "")
    if body.get("author") == "lawyer":  # a person's words are told from the program's
        return split(f"{texts.LAWYER}\n{words}")
    return [words] if words else []
