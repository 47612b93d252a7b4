"""The access token (and the JS-SDK ticket), one for all processes: kept in the database, fetched by one at a time,
five minutes before the end. Never logged."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import structlog
from anyio import to_thread

from bot.channels.wechat.errors import AwayError, TokenError, UncertainError, WeChatError
from bot.channels.wechat.http import Body, call, needed, repeated
from cases import leases, tokens
from cases.database import Database
from cases.tokens import Token
from settings import Settings

MARGIN = timedelta(seconds=300)
LEASE_SECONDS = 40.0  # longer than the slowest fetch: three tries of eleven seconds
LOOK_SECONDS = 0.2
LOOKS = int(LEASE_SECONDS / LOOK_SECONDS) + 5

log = structlog.get_logger("bot.wechat")
Fetch = Callable[[], Awaitable[tuple[str, int]]]


class SharedToken:
    """`fetch` brings a value and its seconds to live; it is asked by one process at a time."""

    def __init__(self, database: Database, name: str, fetch: Fetch) -> None:
        self._database = database
        self._name = name
        self._fetch = fetch

    async def get(self) -> str:
        """A value that is good for at least a while. Raises WeChatError."""
        held = await to_thread.run_sync(self._held)
        if held and self._fresh(held):
            return held.value
        try:
            return await self._renewed(None)
        except WeChatError:
            if held and held.expires_at > self._database.clock.now():
                return held.value  # good for some minutes yet; the next call tries again
            raise

    async def renew(self, refused: str) -> str:
        """Another value than the one WeChat refused: somebody else's, or a new one. Raises TokenError when WeChat
        insists on the refused one; WeChatError."""
        value = await self._renewed(refused)
        if value == refused:
            raise TokenError(40001, "refused, and stable_token gives the same again")
        return value

    async def _renewed(self, refused: str | None) -> str:
        owner = f"token/{secrets.token_hex(6)}"
        for _ in range(LOOKS):
            held, ours = await to_thread.run_sync(self._claim, owner, refused)
            if ours:
                return await self._fetched(owner)
            if held and held.value != refused and held.expires_at > self._database.clock.now():
                return held.value  # fresh; or old, and valid as well while another process fetches the new one
            await asyncio.sleep(LOOK_SECONDS)
        raise AwayError(0, "another process holds the token's lease")

    async def _fetched(self, owner: str) -> str:
        try:
            value, seconds = await self._fetch()
        except WeChatError as error:
            await to_thread.run_sync(self._release, owner)
            # Whoever wanted to say something to a person has certainly not said it.
            raise (AwayError(error.code, error.message) if isinstance(error, UncertainError) else error) from None
        fresh = Token(value, self._database.clock.now() + timedelta(seconds=seconds))
        await to_thread.run_sync(self._keep, owner, fresh)
        log.info("wechat_token", kind=self._name.rsplit(":", 1)[-1])
        return value

    def _claim(self, owner: str, refused: str | None) -> tuple[Token | None, bool]:
        """What is held, and whether it is ours to fetch a new one. One transaction: between a look and a lease another
        process could have fetched and let go."""
        with self._database.write() as session:
            held = tokens.get(session, self._name)
            if held and held.value != refused and self._fresh(held):
                return held, False
            return held, leases.acquire(session, self._name, owner, LEASE_SECONDS) is not None

    def _held(self) -> Token | None:
        with self._database.read() as session:
            return tokens.get(session, self._name)

    def _fresh(self, token: Token) -> bool:
        return token.expires_at - self._database.clock.now() > MARGIN

    def _release(self, owner: str) -> None:
        with self._database.write() as session:
            leases.release(session, self._name, owner)

    def _keep(self, owner: str, token: Token) -> None:
        with self._database.write() as session:
            tokens.put(session, self._name, token)
            leases.release(session, self._name, owner)


class TokenStore(SharedToken):
    """The access token of the account in the settings, by `/cgi-bin/stable_token` alone."""

    def __init__(self, settings: Settings, database: Database, http: httpx.AsyncClient) -> None:
        async def fetch() -> tuple[str, int]:
            body: Body = {
                "grant_type": "client_credential",
                "appid": settings.wechat_app_id,
                "secret": settings.wechat_app_secret.get_secret_value(),
                "force_refresh": False,
            }
            answer = await repeated(lambda: call(http, "/cgi-bin/stable_token", body))
            return str(needed(answer, "access_token")), int(needed(answer, "expires_in"))

        super().__init__(database, f"wechat:{settings.wechat_app_id}:token", fetch)
