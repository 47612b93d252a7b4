"""A mail server on loopback that keeps what it is given, refuses whom it is told to, and may be broken for a while."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast


@dataclass
class FakeSmtp:
    """`refused`: addresses answered with 550; `broken`: every mail is answered with 451."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    broken: bool = False


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = cast(Any, self.server).fake
        self._say("220 fake")
        while line := self.rfile.readline():
            command = line.decode().strip()
            verb = command.split(" ", 1)[0].upper()
            if verb == "EHLO":
                self._say("250 fake")
            elif verb == "RCPT" and any(f"<{address}>" in command for address in server.refused):
                self._say("550 no such user")
            elif verb == "MAIL" and server.broken:
                self._say("451 try later")
            elif verb == "DATA":
                self._say("354 go on")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part[1:] if part.startswith(b"..") else part)
                server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
                self._say("250 kept")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def running_smtp() -> Iterator[FakeSmtp]:
    fake = FakeSmtp()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        cast(Any, server).fake = fake
        fake.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
