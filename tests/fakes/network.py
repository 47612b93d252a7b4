"""A network that fails: a proxy before a server on the loopback which passes on what is sent, but can lose an answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Network:
    """`lose_answer` cuts the next connection at the moment its answer begins to arrive: the request was carried out, and who
    sent it does not know. `lost` counts."""

    def __init__(self, target_port: int) -> None:
        self.lost = 0
        self._target = ("127.0.0.1", target_port)
        self._armed = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def lose_answer(self) -> None:
        self._armed.set()

    def close(self) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._target, timeout=5)
            except OSError:  # nobody listens: neither do we
                client.close()
                continue
            server.settimeout(None)
            for work, ends in ((self._requests, (client, server)), (self._answers, (server, client))):
                threading.Thread(target=work, args=ends, daemon=True).start()

    def _requests(self, client: socket.socket, server: socket.socket) -> None:
        _pass_on(client, server, lambda: True)

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        _pass_on(server, client, lambda: not self._loses())

    def _loses(self) -> bool:
        if not self._armed.is_set():
            return False
        self._armed.clear()
        self.lost += 1
        return True


def _pass_on(source: socket.socket, target: socket.socket, may_pass: Callable[[], bool]) -> None:
    """Until one side ends, or a piece may not pass; then both ends are closed."""
    with suppress(OSError):
        while piece := source.recv(65536):
            if not may_pass():
                break
            target.sendall(piece)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@contextmanager
def network(target_port: int) -> Iterator[Network]:
    made = Network(target_port)
    try:
        yield made
    finally:
        made.close()
