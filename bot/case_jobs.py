"""The worker's part in case work: clocks, reminders, mails to the staff, traces to be removed, files of erased cases."""

from __future__ import annotations

from datetime import timedelta

import structlog
from anyio import to_thread

from bot.mail import Mailer, MailError
from cases import alerts, erasure, jobs, leases, traces
from cases.blobs import Blobs
from cases.database import Database
from service.casework import attachments, clocks
from settings import Settings

CLOCKS = "worker:cases"
CLOCKS_SECONDS = 20.0
LEASE_SECONDS = 60.0
MOST_TRIES = 8
FIRST_WAIT = timedelta(minutes=1)
BLOB_WAIT = timedelta(minutes=5)
LOST_AFTER = 86_400.0  # a file without a row this long belongs to no transaction under way

log = structlog.get_logger("bot.case_jobs")


class CaseJobs:
    """`owner` names the leases of this process."""

    def __init__(self, database: Database, settings: Settings, owner: str) -> None:
        self._database = database
        self._owner = owner
        self._kept = timedelta(days=settings.case_days)
        self._mailer = Mailer(settings)
        self._blobs = Blobs(settings.data_dir, database.keys)

    async def run_once(self) -> int:
        """One round; returns how many pieces of work were done. Raises sqlalchemy.exc.SQLAlchemyError."""
        done = await to_thread.run_sync(self._clocks)
        return done + await to_thread.run_sync(self._mail) + await to_thread.run_sync(self._delete_blobs)

    def sweep(self) -> None:
        """Files that no row names, and codes without a trace that were kept long enough."""
        with self._database.write() as session:
            traces.prune(session, session.now - self._kept)
        with self._database.read() as session:
            attachments.sweep(session, self._blobs, session.now.timestamp() - LOST_AFTER)

    def _clocks(self) -> int:
        """Every twenty seconds, one worker."""
        with self._database.read() as session:
            if leases.holder(session, CLOCKS):
                return 0
        with self._database.write() as session:
            # Not released: while it lasts, the clocks have been looked at.
            if leases.acquire(session, CLOCKS, self._owner, CLOCKS_SECONDS) is None:
                return 0
        return clocks.run(self._database) + self._remove_traces()

    def _remove_traces(self) -> int:
        with self._database.read() as session:
            ids = traces.due(session)
        gone = 0
        for conversation_id in ids:
            with self._database.write() as session:
                gone += traces.remove(session, conversation_id)
        if gone:
            self._database.checkpoint()
        return gone

    def _mail(self) -> int:
        if not self._mailer.on:
            return 0
        with self._database.read() as session:  # most rounds find nothing: no write lock for that
            if not alerts.mail_due(session):
                return 0
        with self._database.write() as session:
            mails = alerts.take_mail(session, owner=self._owner, seconds=LEASE_SECONDS * 2)
        for mail in mails:
            self._send(mail)
        return len(mails)

    def _send(self, mail: alerts.Mail) -> None:
        sent = final = False
        try:
            if mail.address:
                self._mailer.send(mail.address, mail.text, key=f"alert-{mail.id}")
                sent = True
            final = True
        except MailError as error:
            final = error.final or mail.attempts >= MOST_TRIES
            log.warning("mail_failed", job=mail.id, error=str(error), count=mail.attempts)
        with self._database.write() as session:
            if final:
                alerts.settle(session, mail.id, owner=self._owner, mailed=sent)
            else:
                alerts.retry(session, mail.id, owner=self._owner, wait=FIRST_WAIT * 2 ** (mail.attempts - 1))

    def _delete_blobs(self) -> int:
        with self._database.read() as session:
            if not jobs.any_due(session, [erasure.DELETE_BLOB]):
                return 0
        with self._database.write() as session:
            taken = jobs.take(session, [erasure.DELETE_BLOB], owner=self._owner, seconds=LEASE_SECONDS)
        for job in taken:
            try:
                self._blobs.drop(job.key)
                gone = True
            except OSError as error:
                log.warning("file_not_deleted", job=job.id, error=type(error).__name__)
                gone = False
            with self._database.write() as session:
                if gone:
                    jobs.done(session, job.id, owner=self._owner)
                else:
                    jobs.retry(session, job.id, owner=self._owner, wait=BLOB_WAIT)
        return len(taken)
