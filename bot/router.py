"""The way of a message: stored, one at a time per person, through Rasa, stored again, shown.

A request never carries a turn: turns run in tasks of their own, one per person, that outlive the request which began
them. The request waits a few seconds for the outcome and otherwise says "pending".
"""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeVar

import structlog
from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from bot import cleaning, turns
from bot.rasa_client import RasaAwayError, RasaClient, RasaError, Reply
from bot.telemetry import Metrics
from bot.turns import Accepted, Body, Incoming, Step, Turn
from cases.database import Database
from settings import Settings

LOOK_SECONDS = 0.15
STORE_TRIES = (0.2, 1.0, 3.0)  # pauses before trying again to store an outcome

log = structlog.get_logger("bot.router")
T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """`pending`: more will come (fetch it later); `cards`: what was said so far."""

    message_id: str
    status: Literal["answered", "pending"]
    cards: list[Body]


class Router:
    """One per process. `close()` waits for the turns under way."""

    def __init__(self, database: Database, rasa: RasaClient, settings: Settings, metrics: Metrics) -> None:
        self._database = database
        self._rasa = rasa
        self._settings = settings
        self._metrics = metrics
        self._slots = asyncio.Semaphore(settings.in_flight)
        # A lease must outlive the longest turn, else another process would run it too.
        self._seconds = max(settings.lease_seconds, settings.rasa_seconds + 10)
        self.process = f"{os.getpid()}.{secrets.token_hex(6)}/"
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Outcome]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def submit(self, incoming: Incoming, *, until: float | None = None) -> Outcome:
        """Take a message in and wait for its answer, up to `answer_seconds`, or to the moment `until` of the loop's clock.

        Raises turns.ConsentRequiredError, turns.ChoiceRefusedError, sqlalchemy.exc.SQLAlchemyError (nothing stored).
        """
        accepted = await self._in_thread(
            lambda: turns.accept(
                self._database,
                incoming,
                process=self.process,
                owner=self._owner(),
                seconds=self._seconds,
                max_text=self._settings.max_text,
            )
        )
        if accepted.state in ("done", "failed"):
            return Outcome(accepted.message_id, "answered" if accepted.state == "done" else "pending", accepted.said)
        until = until or asyncio.get_running_loop().time() + self._settings.answer_seconds
        try:
            async with asyncio.timeout_at(until):
                return await self._outcome(accepted)
        except TimeoutError:
            self._waiting.pop(accepted.message_id, None)
            return Outcome(accepted.message_id, "pending", accepted.said)

    async def resume(self, person_id: str, *, retry: bool) -> None:
        """Worker: do what was left undone for this person, now, to the end; with `retry` also what failed before."""
        step = await self._in_thread(
            lambda: turns.resume(self._database, person_id, owner=self._owner(), seconds=self._seconds, retry=retry)
        )
        await self._run(step, retry=retry)

    async def close(self, seconds: float = 25.0) -> None:
        """Let the turns under way come to their end, at most `seconds`; what is left is taken up when leases expire."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    @property
    def running(self) -> int:
        return len(self._running)

    async def _outcome(self, accepted: Accepted) -> Outcome:
        message_id = accepted.message_id
        if accepted.state == "elsewhere":
            return await self._watch(message_id)
        future = self._waiting.setdefault(message_id, asyncio.get_running_loop().create_future())
        if accepted.state == "started":
            self._spawn(self._run(accepted.step))
        else:
            # The runner may have come to the message before this future was there to be told.
            seen = await self._in_thread(lambda: turns.look(self._database, message_id))
            if seen:
                self._waiting.pop(message_id, None)
                return self._seen(message_id, seen)
        outcome = await asyncio.shield(future)
        return Outcome(outcome.message_id, outcome.status, merged(accepted.said, outcome.cards))

    async def _watch(self, message_id: str) -> Outcome:
        """Another process has the message: the database is the only place where we meet."""
        while True:
            seen = await self._in_thread(lambda: turns.look(self._database, message_id))
            if seen:
                return self._seen(message_id, seen)
            await asyncio.sleep(LOOK_SECONDS)

    async def _run(self, step: Step, *, retry: bool = False) -> None:
        """Turn after turn of one person, until nothing is left or the lease is lost."""
        turn: Turn | None = None
        try:
            while True:
                for message_id in step.finished:
                    await self._wake_from_database(message_id)
                turn = step.turn
                if turn is None:
                    return
                step = await self._one(turn, retry)
        except turns.LeaseLostError:
            log.warning("lease_lost", message=turn.message.id if turn else None)
        except Exception as error:  # noqa: BLE001 the lease expires and the worker takes the message up
            log.error("turn_broken", message=turn.message.id if turn else None, error=type(error).__name__)
            self._metrics.failures.labels("broken").inc()
        finally:
            if turn:
                self._wake(Outcome(turn.message.id, "pending", []))

    async def _one(self, turn: Turn, retry: bool) -> Step:
        message_id = turn.message.id
        async with self._slots:
            # After a wait for a free slot the lease may be too short for a whole turn.
            if turn.until - self._database.clock.now() < timedelta(seconds=self._settings.rasa_seconds + 5):
                renewed = await self._in_thread(lambda: turns.renew(self._database, turn, self._seconds))
                if renewed is None:
                    return Step()
                turn = renewed
            replies, failure = await self._ask(turn)
        if failure is None:
            said, step = await self._stored(
                lambda: turns.finish(self._database, turn, replies, seconds=self._seconds, retry=retry)
            )
            self._wake(Outcome(message_id, "answered", said))
            return step
        self._metrics.failures.labels(failure.kind).inc()
        log.warning("turn_failed", message=message_id, kind=failure.kind)
        reached = not isinstance(failure, RasaAwayError)
        said, step = await self._stored(
            lambda: turns.fail(self._database, turn, reached=reached, seconds=self._seconds, retry=retry)
        )
        self._wake(Outcome(message_id, "pending", said))
        return step

    async def _ask(self, turn: Turn) -> tuple[list[Reply], RasaError | None]:
        message = turn.message
        try:
            replies = await self._rasa.send(
                sender=message.conversation_id,
                message_id=message.id,
                text=cleaning.for_rasa(message.text) if message.payload is None else message.payload,
                sent_at=message.created_at,
            )
        except RasaError as failure:
            return [], failure
        return replies, None

    async def _stored(self, transaction: Callable[[], T]) -> T:
        for pause in STORE_TRIES:
            try:
                return await self._in_thread(transaction)
            except SQLAlchemyError as error:
                log.warning("store_again", error=type(error).__name__)
                await asyncio.sleep(pause)
        return await self._in_thread(transaction)

    async def _wake_from_database(self, message_id: str) -> None:
        if message_id in self._waiting:
            said = await self._in_thread(lambda: turns.said_so_far(self._database, message_id))
            self._wake(Outcome(message_id, "answered", said))

    def _wake(self, outcome: Outcome) -> None:
        future = self._waiting.pop(outcome.message_id, None)
        if future and not future.done():
            future.set_result(outcome)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        self._metrics.running.set(len(self._running))
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._metrics.running.set(len(self._running))

    def _owner(self) -> str:
        return f"{self.process}{next(self._numbers)}"

    @staticmethod
    def _seen(message_id: str, seen: tuple[turns.State, list[Body]]) -> Outcome:
        state, said = seen
        return Outcome(message_id, "pending" if state == "failed" else "answered", said)

    @staticmethod
    async def _in_thread(transaction: Callable[[], T]) -> T:
        return await to_thread.run_sync(transaction)


def merged(first: list[Body], then: list[Body]) -> list[Body]:
    """Cards in order, none twice."""
    known = {card["id"] for card in first}
    return first + [card for card in then if card["id"] not in known]
