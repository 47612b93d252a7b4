"""Our channel inside Rasa, from outside: `docs/contracts.md`, "bot -> rasa"."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from service.helper import heard

PATH = "/webhooks/xiaofa"
SECRET_HEADER = "X-Xiaofa-Secret"  # noqa: S105 the name of a header
KEEPALIVE_SECONDS = 4.0  # less than sanic's 5: a connection it is about to close is not used again


class RasaError(Exception):
    """The turn brought nothing; `kind` is safe to log."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class RasaAwayError(RasaError):
    """Rasa was not reached: the message did not run."""


class RasaFailedError(RasaError):
    """Rasa was reached and failed, or took too long: the message may have run."""


@dataclass(frozen=True)
class Reply:
    """Either the id of a card an action stored, or a text with buttons."""

    card_id: str | None = None
    text: str = ""
    buttons: list[dict[str, Any]] = field(default_factory=list)


class RasaClient:
    """One per process: keeps its connections."""

    def __init__(
        self, base_url: str, secret: str, seconds: float, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={SECRET_HEADER: secret},
            timeout=httpx.Timeout(seconds, connect=2.0),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=KEEPALIVE_SECONDS),
            transport=transport,
            trust_env=False,  # a proxy of the environment must never see this traffic
        )

    async def send(self, *, sender: str, message_id: str, text: str, sent_at: datetime) -> list[Reply]:
        """Run one message and return what was said. The same message id again does not run again.

        Raises RasaAwayError, RasaFailedError.
        """
        body = {"sender": sender, "message_id": message_id, "text": heard(text), "sent_at": sent_at.isoformat()}
        response = await self._post(body)
        if response.status_code != 200:
            raise RasaFailedError(_kind(response))
        try:
            replies = [
                Reply(item.get("card_id"), item.get("text") or "", item.get("buttons") or [])
                for item in response.json()["replies"]
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RasaFailedError("malformed") from error
        if not any(reply.card_id or reply.text for reply in replies):
            raise RasaFailedError("empty")
        return replies

    async def _post(self, body: dict[str, str]) -> httpx.Response:
        for last in (False, True):
            try:
                return await self._http.post(f"{PATH}/messages", json=body)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                raise RasaAwayError("unreachable") from error
            except httpx.TimeoutException as error:
                raise RasaFailedError("timeout") from error
            except httpx.TransportError as error:
                # A kept connection that the other side had closed: the id makes one more try safe.
                if last:
                    raise RasaFailedError("broken") from error
        raise AssertionError("unreachable")

    async def forget(self, sender: str) -> None:
        """Remove the conversation's tracker. Raises RasaError when that did not happen."""
        try:
            response = await self._http.delete(f"{PATH}/conversations/{sender}")
        except httpx.TransportError as error:
            raise RasaAwayError("unreachable") from error
        if response.status_code not in (204, 404):
            raise RasaFailedError(_kind(response))

    async def healthy(self) -> bool:
        try:
            return (await self._http.get(f"{PATH}/health", timeout=1.5)).status_code == 200
        except httpx.TransportError:
            return False

    async def close(self) -> None:
        await self._http.aclose()


def _kind(response: httpx.Response) -> str:
    """A word for the log out of an error answer; never its text, which might quote the message."""
    if response.status_code == 503:
        try:
            error = response.json()["error"]
        except (ValueError, KeyError, TypeError):
            error = None
        return error if error in ("action_failed", "empty") else "unavailable"
    return f"status_{response.status_code}"
