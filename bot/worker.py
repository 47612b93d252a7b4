"""`python -m bot.worker`: what nobody waits for at a keyboard.

Failed messages are tried again when Rasa is back, messages of a killed process are taken up, trackers of erased people
are deleted, who stayed away too long is forgotten, what waits for people on WeChat is sent, and the clocks of cases go. Any number of workers may run: each piece of work is taken under
a lease, so no two do the same at once.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from bot.case_jobs import CaseJobs
from bot.channels.wechat.channel import has_service, open_delivery
from bot.rasa_client import RasaClient, RasaError
from bot.router import Router
from bot.telemetry import Metrics, configure_logging
from cases import (
    erasure,
    groups,
    jobs,
    leases,
    messages,
    receipts,
    registrations,
    staff_sessions,
    takeaways,
    throttle,
)
from cases.database import Database
from settings import Settings, get_settings
from settings.clock import Clock

PAUSE_SECONDS = 2.0
HOUSEKEEPING = "worker:housekeeping"
HOUSEKEEPING_SECONDS = 300.0
JOB_LEASE_SECONDS = 60.0
JOB_WAIT = timedelta(seconds=30)

log = structlog.get_logger("bot.worker")


class Worker:
    """`router` must be the worker's own: leases carry its process name."""

    def __init__(self, database: Database, rasa: RasaClient, router: Router, settings: Settings) -> None:
        self.database = database
        self._rasa = rasa
        self._router = router
        self._settings = settings
        self._cases = CaseJobs(database, settings, router.process)

    async def run_once(self) -> int:
        """One round of everything; returns how many pieces of work were found. Raises sqlalchemy.exc.SQLAlchemyError."""
        return await self._round() + await self._cases.run_once()

    async def _round(self) -> int:
        """Messages, trackers, the house."""
        rasa_back = await self._rasa.healthy()
        found = await self._answer(retry=rasa_back)
        if rasa_back:
            found += await self._delete_trackers()
        await self._keep_house()
        return found

    async def run(self, stop: asyncio.Event) -> None:
        """Round after round until `stop`; a slow mail server holds up no answer."""
        await asyncio.gather(self._rounds(self._round, stop), self._rounds(self._cases.run_once, stop))
        await self._router.close()

    async def _rounds(self, work: Callable[[], Awaitable[int]], stop: asyncio.Event) -> None:
        """An error is logged and the next round tries again."""
        while not stop.is_set():
            try:
                await work()
            except SQLAlchemyError as error:
                log.error("round_broken", error=type(error).__name__)
            try:
                async with asyncio.timeout(PAUSE_SECONDS):
                    await stop.wait()
            except TimeoutError:
                continue

    async def _answer(self, *, retry: bool) -> int:
        def look() -> list[str]:
            with self.database.read() as session:
                return messages.people_waiting(session, retry=retry)

        waiting = await to_thread.run_sync(look)
        await asyncio.gather(*(self._router.resume(person_id, retry=retry) for person_id in waiting))
        return len(waiting)

    async def _delete_trackers(self) -> int:
        owner = self._router.process

        def take() -> list[jobs.Job]:
            with self.database.read() as session:  # most rounds find nothing: no write lock for that
                if not jobs.any_due(session, [erasure.DELETE_TRACKER]):
                    return []
            with self.database.write() as session:
                return jobs.take(session, [erasure.DELETE_TRACKER], owner=owner, seconds=JOB_LEASE_SECONDS)

        taken = await to_thread.run_sync(take)
        for job in taken:
            await self._delete_tracker(job, owner)
        if taken:
            await to_thread.run_sync(self.database.checkpoint)
        return len(taken)

    async def _delete_tracker(self, job: jobs.Job, owner: str) -> None:
        try:
            await self._rasa.forget(job.key)
            deleted = True
        except RasaError as error:
            log.warning("tracker_not_deleted", job=job.id, kind=error.kind)
            deleted = False

        def settle() -> None:
            with self.database.write() as session:
                if deleted:
                    jobs.done(session, job.id, owner=owner)
                else:
                    jobs.retry(session, job.id, owner=owner, wait=JOB_WAIT)

        await to_thread.run_sync(settle)

    async def _keep_house(self) -> None:
        """Every five minutes, one worker: expired leases, people away too long, an empty WAL."""

        def mine() -> list[str] | None:
            with self.database.read() as session:
                if leases.holder(session, HOUSEKEEPING):
                    return None
            with self.database.write() as session:
                # Not released: while it lasts, housekeeping has been done.
                if leases.acquire(session, HOUSEKEEPING, self._router.process, HOUSEKEEPING_SECONDS) is None:
                    return None
                leases.prune(session)
                receipts.prune(session)
                staff_sessions.prune(session)
                throttle.prune(session)
                gone = session.now - timedelta(days=self._settings.retention_days)
                registrations.prune(session, gone)
                takeaways.prune(session)
                groups.prune(session, gone)
                return erasure.people_unseen_since(session, gone)

        away = await to_thread.run_sync(mine)
        if away is None:
            return
        for person_id in away:
            await to_thread.run_sync(self._forget, person_id)
        if away:
            log.info("retention", count=len(away))
        await to_thread.run_sync(self._cases.sweep)
        await to_thread.run_sync(self.database.checkpoint)

    def _forget(self, person_id: str) -> None:
        with self.database.write() as session:
            erasure.erase_person(session, person_id, reason="retention")


def build(settings: Settings, clock: Clock | None = None) -> Worker:
    """The worker with its real parts."""
    database = Database(settings.database, secrets=settings.secrets, clock=clock or Clock())
    rasa = RasaClient(settings.rasa_url, settings.secrets.channel_secret, settings.rasa_seconds)
    return Worker(database, rasa, Router(database, rasa, settings, Metrics()), settings)


async def serve(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM; turns under way are finished."""
    worker = build(settings)
    await to_thread.run_sync(worker.database.migrate)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    settings.worker_sign.touch()
    log.info("worker_ready")
    if settings.wechat_on and has_service(settings):
        await asyncio.gather(worker.run(stop), open_delivery(settings, worker.database).run(stop))
    else:
        await worker.run(stop)


def main() -> None:
    settings = get_settings()
    configure_logging(settings.log_level)
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
