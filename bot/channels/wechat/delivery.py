"""What could not be said in an open connection goes out by customer-service messages: one person's words one after the
other, within WeChat's quotas, each exactly once. Where nobody can say whether a message arrived, it is sent once more and
no oftener, and the log says so. Any number of processes may deliver: a person is served under a lease.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog
from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.wechat import texts
from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.errors import (
    AwayError,
    BlockedError,
    ConfigurationError,
    NotAllowedError,
    OutOfWindowError,
    QuotaError,
    ThrottledError,
    TokenError,
    UncertainError,
    WeChatError,
)
from bot.channels.wechat.offers import NO_SERVICE, TARGET, Offers, Parts, parcel_texts
from cases import cards, events, leases, matters, outbox, people, windows
from cases.database import Database, Session
from cases.outbox import PARKED, State
from settings import Settings

PAUSE_SECONDS = 0.4
LEASE_SECONDS = 60.0  # longer than a send with a renewal of the token
NO_SERVICE_SECONDS = 3600.0
MOST_UNKNOWN = 1  # sends with an unknown outcome after which one more is tried
MOST_ATTEMPTS = 5
AT_ONCE = 8
LOST_WAIT = timedelta(seconds=3)
MINUTE = timedelta(minutes=1)
NOTICE_AGAIN = timedelta(hours=1)
NOT_SENT = (AwayError, ConfigurationError, ThrottledError, TokenError)
WAITS: dict[type[WeChatError], timedelta] = {
    TokenError: MINUTE,
    ConfigurationError: 5 * MINUTE,
    ThrottledError: MINUTE,
    AwayError: timedelta(seconds=5),
}

log = structlog.get_logger("bot.wechat.delivery")
T = TypeVar("T")


@dataclass(frozen=True)
class Send:
    """One message about to go out. `next_part`: None when it is the parcel's last."""

    parcel: State
    openid: str
    text: str
    window: windows.Trigger
    next_part: int | None
    generated: bool


@dataclass(frozen=True)
class Halt:
    """Nothing more goes to this person now. `notice_to`: whom a notice may tell that something waits."""

    notice_to: str | None = None


class Delivery:
    """One per process."""

    def __init__(
        self, database: Database, client: WeChatClient, settings: Settings, offers: Offers, parts: Parts
    ) -> None:
        self._database = database
        self._client = client
        self._settings = settings
        self._offers = offers
        self._parts = parts
        self._owner = f"{os.getpid()}.{secrets.token_hex(6)}/wechat"
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self, stop: asyncio.Event) -> None:
        """Round after round until `stop`; a broken round is logged and the next one tries again."""
        while not stop.is_set():
            try:
                await self.run_once()
            except SQLAlchemyError as error:
                log.error("round_broken", error=type(error).__name__)
            try:
                async with asyncio.timeout(PAUSE_SECONDS):
                    await stop.wait()
            except TimeoutError:
                continue
        await self._client.close()

    async def run_once(self) -> int:
        """Deliver what is due; returns to how many people. Raises sqlalchemy.exc.SQLAlchemyError."""

        def look() -> list[str]:
            with self._database.read() as session:
                return outbox.people_due(session, TARGET) if self._offers.has_service(session) else []

        due = await self._in_thread(look)
        ended = await asyncio.gather(*(self._serve(person_id) for person_id in due), return_exceptions=True)
        for error in ended:  # only now: a new round beside tasks of this one would share their lease
            if isinstance(error, BaseException):
                raise error
        return len(due)

    async def _serve(self, person_id: str) -> None:
        async with self._slots:
            step = await self._in_thread(lambda: self._begin(person_id))
            while isinstance(step, Send):
                send, error = step, await self._sent(step)
                step = await self._in_thread(lambda: self._ended(send, error))  # noqa: B023 awaited at once
            if step.notice_to:
                await self._notify(person_id, step.notice_to)

    async def _sent(self, send: Send) -> WeChatError | None:
        try:
            await self._client.send_text(send.openid, send.text, generated=send.generated)
        except WeChatError as error:
            return error
        return None

    async def _notify(self, person_id: str, openid: str) -> None:
        now = self._settings
        subscription = now.wechat_notice_kind == "subscription"
        words = {now.wechat_notice_field: texts.NOTICE}
        try:
            await self._client.notify(openid, now.wechat_notice_template, words, None, subscription=subscription)
        except WeChatError as error:
            log.warning("wechat_notice_failed", kind=type(error).__name__, code=error.code)
            if isinstance(error, NOT_SENT):
                await self._in_thread(lambda: self._unnotified(person_id))

    # -- transactions ------------------------------------------------------------------

    def _begin(self, person_id: str) -> Send | Halt:
        with self._database.write() as session:
            name = outbox.deliveries(person_id)
            if not people.hold(session, person_id) or not leases.acquire(session, name, self._owner, LEASE_SECONDS):
                return Halt()
            return self._next(session, person_id)

    def _ended(self, send: Send, error: WeChatError | None) -> Send | Halt:
        """Note how it ended, and what is next. Somebody erased meanwhile is gone, with all that waited for them."""
        person_id = send.parcel.person_id
        with self._database.write() as session:
            if not people.hold(session, person_id):
                return Halt()
            if error is None:
                outbox.ended(session, send.parcel.id, next_part=send.next_part)
            else:
                self._failed(session, send, error)
            if leases.renew(session, outbox.deliveries(person_id), self._owner, LEASE_SECONDS) is None:
                log.warning("lease_lost", message=send.parcel.key)
                return Halt()
            return self._next(session, person_id)

    def _next(self, session: Session, person_id: str) -> Send | Halt:
        """The next message to this person, noted as begun; the lease is let go when there is none."""
        while True:
            parcel = outbox.head(session, person_id, TARGET)
            if parcel and parcel.parked:
                parcel = self._lawyers(session, person_id) or parcel
            if parcel is None or not parcel.due:
                if parcel and parcel.via:  # the younger ones wait for it, and so do we
                    outbox.line_up(session, parcel)
                return self._halt(session, person_id)
            send = self._prepare(session, parcel)
            if send:
                return send

    @staticmethod
    def _lawyers(session: Session, person_id: str) -> State | None:
        """The lawyer's words that may go before what the program cannot send."""
        waiting = outbox.waiting(session, person_id, TARGET)
        return next((parcel for parcel in waiting if parcel.due and _by_lawyer(parcel)), None)

    def _prepare(self, session: Session, parcel: State) -> Send | Halt | None:
        """None: this parcel is done with, look for the next."""
        card = cards.get_card(session, parcel.key)
        parts = parcel_texts(parcel, card, self._parts)
        openid = people.channel_value(session, parcel.person_id, TARGET)
        if openid is None or parcel.part >= len(parts):
            outbox.ended(session, parcel.id)
            return None
        unknown = parcel.unknown
        if parcel.sending or parcel.via is None:  # a process died, or a reply in an open connection may have got lost
            unknown += 1
            log.warning("delivery_unknown", message=parcel.key, count=unknown)
        if unknown > MOST_UNKNOWN:
            log.error("delivery_given_up", message=parcel.key, count=unknown)
            _tell_the_desk(session, parcel)
            following = parcel.part + 1  # what was never tried is not lost with it
            outbox.ended(session, parcel.id, next_part=following if following < len(parts) else None)
            return None
        lawyer = _by_lawyer(parcel)
        window = windows.spend(session, parcel.person_id, lawyer=lawyer)
        if window is None:
            if not lawyer and self._lawyers(session, parcel.person_id):
                outbox.park(session, parcel.id)  # it must not keep back what may use the send kept for a lawyer
                return None
            return self._park(session, parcel.person_id, openid)
        outbox.begin(session, parcel.id, unknown=unknown)
        last = parcel.part + 1 == len(parts)
        return Send(parcel, openid, parts[parcel.part], window, None if last else parcel.part + 1, not lawyer)

    def _failed(self, session: Session, send: Send, error: WeChatError) -> None:
        parcel, kind = send.parcel, type(error)
        daily = isinstance(error, ThrottledError) and error.daily
        serious = daily or isinstance(error, TokenError | ConfigurationError | NotAllowedError) or kind is WeChatError
        (log.error if serious else log.warning)(
            "delivery_failed", message=parcel.key, kind=kind.__name__, code=error.code
        )
        if isinstance(error, UncertainError):
            outbox.ended(session, parcel.id, wait=LOST_WAIT, unknown=True)
            return
        if isinstance(error, QuotaError | OutOfWindowError):
            windows.close(session, parcel.person_id)
            outbox.ended(session, parcel.id, wait=timedelta(0))  # `_next` finds no window and parks it
            return
        windows.refund(session, parcel.person_id, send.window)
        if daily or isinstance(error, NotAllowedError):  # nobody else need try: people fetch what is late
            leases.acquire(session, NO_SERVICE, self._owner, NO_SERVICE_SECONDS)
        if isinstance(error, BlockedError | NotAllowedError):
            outbox.ended(session, parcel.id, wait=PARKED)
        elif kind is WeChatError and parcel.attempts + 1 >= MOST_ATTEMPTS:
            log.error("delivery_given_up", message=parcel.key, code=error.code)
            _tell_the_desk(session, parcel)
            outbox.ended(session, parcel.id)
        else:
            wait = timedelta(seconds=NO_SERVICE_SECONDS) if daily else WAITS.get(kind, MINUTE)
            outbox.ended(session, parcel.id, wait=wait)

    def _park(self, session: Session, person_id: str, openid: str) -> Halt:
        """Until the person is here again."""
        outbox.hold_back(session, person_id, TARGET, PARKED)
        notice = bool(self._settings.wechat_notice_template) and windows.notice_once(session, person_id)
        leases.release(session, outbox.deliveries(person_id), self._owner)
        return Halt(openid if notice else None)

    def _unnotified(self, person_id: str) -> None:
        """The notice certainly did not go out: the words wait an hour, and then it is tried again."""
        with self._database.write() as session:
            windows.notice_failed(session, person_id)
            outbox.hold_back(session, person_id, TARGET, NOTICE_AGAIN)

    def _halt(self, session: Session, person_id: str) -> Halt:
        leases.release(session, outbox.deliveries(person_id), self._owner)
        return Halt()

    @staticmethod
    async def _in_thread(work: Callable[[], T]) -> T:
        return await to_thread.run_sync(work)


def _by_lawyer(parcel: State) -> bool:
    return (parcel.body or {}).get("author") == "lawyer"


def _tell_the_desk(session: Session, parcel: State) -> None:
    """A lawyer's words that were given up: the lawyer must know, and can say them another way. The case may be erased."""
    case_id = (parcel.body or {}).get("case")
    if case_id and matters.find(session, case_id):
        events.record(session, case_id, "undelivered", actor="system")
