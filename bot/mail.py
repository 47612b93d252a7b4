"""Alerts to the staff by mail, over the SMTP server of the settings. They say that something waits, never what."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from settings import Settings

SECONDS = 10


class MailError(Exception):
    """The mail did not go out. `final`: it never will (the address is refused)."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class Mailer:
    """Blocking; call it in a thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def on(self) -> bool:
        return bool(self._settings.smtp_host)

    def send(self, address: str, text: str, *, key: str) -> None:
        """`key`: the same mail sent again carries the same Message-ID. Raises MailError."""
        settings = self._settings
        sender = settings.smtp_from or settings.smtp_user
        mail = EmailMessage()
        mail["From"], mail["To"] = sender, address
        mail["Subject"] = f"【龙华小法】{text}"
        mail["Date"] = formatdate(localtime=False)
        mail["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
        link = f"\n{settings.desk_url}" if settings.desk_url else ""
        mail.set_content(f"{text}。\n请登录工作台查看。{link}\n\n这封邮件不含任何案件内容，请不要回复。\n")
        try:
            with self._connect() as server:
                if settings.smtp_user:
                    server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise MailError("recipient", final=all(code >= 500 for code in codes)) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise MailError(type(error).__name__) from error

    def _connect(self) -> smtplib.SMTP:
        host, port, kind = self._settings.smtp_host, self._settings.smtp_port, self._settings.smtp_security
        if kind == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
        server = smtplib.SMTP(host, port, timeout=SECONDS)
        if kind == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server
