"""The action server's own routes: the verbatim article for an unfolding citation, a calculation, whether it is ready."""

from __future__ import annotations

from typing import Any

import httpx

from bot.rasa_client import SECRET_HEADER


class ActionsAwayError(Exception):
    """The action server did not answer in time."""


class ActionsClient:
    def __init__(
        self, base_url: str, secret: str, seconds: float, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={SECRET_HEADER: secret},
            timeout=seconds,
            transport=transport,
            trust_env=False,
            limits=httpx.Limits(keepalive_expiry=4.0),
        )

    async def statute(self, law: str, article: str) -> dict[str, Any] | None:
        """`{label, text, in_force_since, source}`; None when the book has no such article. Raises ActionsAwayError."""
        try:
            response = await self._http.post("/statute", json={"law": law, "article": article})
        except httpx.TransportError as error:
            raise ActionsAwayError from error
        if response.status_code == 404:
            return None
        try:
            found = response.raise_for_status().json()
            return {key: found[key] for key in ("label", "text", "in_force_since", "source")}
        except (httpx.HTTPStatusError, ValueError, KeyError, TypeError) as error:
            raise ActionsAwayError from error

    async def calculate(self, name: str, answers: dict[str, str]) -> dict[str, Any]:
        """`{"card"}`, or `{"error", "field"}` when it cannot be calculated. Raises ActionsAwayError."""
        try:
            response = await self._http.post("/calculate", json={"name": name, "answers": answers})
            found = response.json() if response.status_code == 422 else response.raise_for_status().json()
            wanted = ("error", "field") if response.status_code == 422 else ("card",)
            return {key: found[key] for key in wanted}
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise ActionsAwayError from error

    async def healthy(self) -> bool:
        try:
            return (await self._http.get("/healthz", timeout=1.5)).status_code == 200
        except httpx.TransportError:
            return False

    async def close(self) -> None:
        await self._http.aclose()
