"""How WeChat delivers a push: signed, encrypted by the account's mode, five seconds of patience, three tries, and a
strict reading of what comes back."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

import httpx

from xiaofa.wechat.simulator import wire
from xiaofa.wechat.simulator.platform import FAULT_NOTICE, SimulatedWeChat
from xiaofa.wechat.simulator.quotas import Trigger

PATIENCE = 5.0
TRIES = 3
Outcome = Literal["replied", "silent", "closed", "refused", "malformed"]
Fields = Mapping[str, str | int]
TRIGGERS: dict[str, Trigger] = {"CLICK": "menu", "SCAN": "scan", "subscribe": "follow"}


@dataclass(frozen=True)
class Try:
    """`closed`: no answer within the patience, or no connection; `refused`: not HTTP 200; `silent`: success or empty."""

    callback: str
    outcome: Outcome
    seconds: float
    status: int = 0
    reply: wire.Reply | None = None
    problem: str = ""


@dataclass
class Delivery:
    """What became of one push. `reply`: the passive reply shown to the person, if any."""

    message_id: str
    tries: list[Try] = field(default_factory=list)
    reply: wire.Reply | None = None

    @property
    def outcome(self) -> Outcome:
        return self.tries[-1].outcome

    @property
    def text(self) -> str:
        return self.reply.text if self.reply else ""


class Sender:
    """`callbacks`: addresses of the bot; each try goes to the next one, as behind a load balancer. `fresh_nonce`: a
    resend carries a new nonce (whether WeChat's do is not documented)."""

    def __init__(
        self,
        account: SimulatedWeChat,
        callbacks: Sequence[str] | str,
        *,
        http: httpx.AsyncClient | None = None,
        patience: float = PATIENCE,
        fresh_nonce: bool = True,
    ) -> None:
        self.account = account
        self._callbacks = itertools.cycle([callbacks] if isinstance(callbacks, str) else list(callbacks))
        self._http = http or httpx.AsyncClient(
            limits=httpx.Limits(max_connections=1000, max_keepalive_connections=100), trust_env=False
        )
        self._patience = patience
        self._fresh_nonce = fresh_nonce
        self._ids = itertools.count(int(time.time() * 1000) * 10_000)
        self._envelope = wire.Envelope(account.aes_key, account.app_id) if account.mode != "plain" else None

    async def close(self) -> None:
        await self._http.aclose()

    # -- what people do ---------------------------------------------------------------

    async def text(self, openid: str, content: str, **more: str | int) -> Delivery:
        return await self.message(openid, "text", {"Content": content, **more})

    async def choose(self, openid: str, content: str, menu_id: str = "1") -> Delivery:
        """A click on a menu link in a message: it arrives as text, and counts as a menu click."""
        self.account.acted(openid, "menu")
        return await self.push(self.message_fields(openid, "text", {"Content": content, "bizmsgmenuid": menu_id}))

    async def message(self, openid: str, kind: str, fields: Fields) -> Delivery:
        """A message of any type (image, voice, location …)."""
        self.account.acted(openid, "message")
        return await self.push(self.message_fields(openid, kind, fields))

    async def follow(self, openid: str, scene: str = "") -> Delivery:
        """`scene`: they came by this QR code."""
        self.account.followers.add(openid)
        more = {"EventKey": f"qrscene_{scene}", "Ticket": self.account.qr(scene)} if scene else {"EventKey": ""}
        return await self.event(openid, "subscribe", more)

    async def unfollow(self, openid: str) -> Delivery:
        self.account.followers.discard(openid)
        return await self.event(openid, "unsubscribe", {"EventKey": ""})

    async def scan(self, openid: str, scene: str) -> Delivery:
        """A follower scans a QR code of ours."""
        return await self.event(openid, "SCAN", {"EventKey": scene, "Ticket": self.account.qr(scene)})

    async def click(self, openid: str, key: str) -> Delivery:
        """A click entry of the custom menu."""
        return await self.event(openid, "CLICK", {"EventKey": key})

    async def event(self, openid: str, name: str, fields: Fields | None = None) -> Delivery:
        if trigger := TRIGGERS.get(name):
            self.account.acted(openid, trigger)
        return await self.push({**self._common(openid, "event"), "Event": name, **(fields or {})})

    # -- delivery ---------------------------------------------------------------------

    def message_fields(self, openid: str, kind: str, fields: Fields) -> dict[str, str | int]:
        return {**self._common(openid, kind), **fields, "MsgId": next(self._ids)}

    async def push(self, fields: Fields) -> Delivery:
        """Send until it is answered, at most three times; the person sees the reply, or WeChat's fault notice."""
        delivery = Delivery(str(fields.get("MsgId", "")))
        nonce = secrets.token_hex(5)
        for _ in range(TRIES):
            if self._fresh_nonce:
                nonce = secrets.token_hex(5)
            made = await self.once(fields, nonce)
            delivery.tries.append(made)
            if made.outcome not in ("closed", "refused"):
                break
        self._show(fields, delivery)
        return delivery

    async def copies(self, fields: Fields, number: int = 2) -> list[Try]:
        """Overlapping copies of one push, as when a resend meets the first still at work; the first reply is shown."""
        tries = await asyncio.gather(*(self.once(fields, secrets.token_hex(5)) for _ in range(number)))
        for made in tries:
            if made.reply:
                self._show(fields, Delivery(str(fields.get("MsgId", "")), [made]))
                break
        return list(tries)

    async def once(self, fields: Fields, nonce: str) -> Try:
        """One try, shown to nobody."""
        callback = next(self._callbacks)
        url, body = self.request(fields, nonce)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._patience):
                response = await self._http.post(
                    callback + url, content=body, headers={"Content-Type": "text/xml"}, timeout=self._patience
                )
        except (TimeoutError, httpx.HTTPError) as error:
            return Try(callback, "closed", time.perf_counter() - started, problem=type(error).__name__)
        seconds = time.perf_counter() - started
        if response.status_code != 200:
            return Try(callback, "refused", seconds, response.status_code)
        try:
            reply = wire.read_reply(response.content, self._expected(str(fields["FromUserName"])))
        except wire.WireError as error:
            return Try(callback, "malformed", seconds, 200, problem=str(error))
        return Try(callback, "replied" if reply else "silent", seconds, 200, reply)

    def request(self, fields: Fields, nonce: str, *, timestamp: int | None = None) -> tuple[str, bytes]:
        """The query string and body of one try."""
        account = self.account
        when = str(timestamp if timestamp is not None else int(account.clock.now().timestamp()))
        query = {
            "signature": wire.signature(account.token, when, nonce),
            "timestamp": when,
            "nonce": nonce,
            "openid": str(fields["FromUserName"]),
        }
        plain = wire.to_xml(fields)
        if self._envelope is None:
            return "?" + urlencode(query), plain.encode()
        sealed = self._envelope.seal(plain)
        query |= {"encrypt_type": "aes", "msg_signature": wire.signature(account.token, when, nonce, sealed)}
        shown = fields if account.mode == "compatible" else {"ToUserName": account.account}
        return "?" + urlencode(query), wire.to_xml({**shown, "Encrypt": sealed}).encode()

    def greeting(self, echo: str = "4375120948345356249", nonce: str = "1514711492") -> str:
        """The query string with which WeChat verifies the callback address (GET)."""
        when = str(int(self.account.clock.now().timestamp()))
        signed = wire.signature(self.account.token, when, nonce)
        return "?" + urlencode({"signature": signed, "timestamp": when, "nonce": nonce, "echostr": echo})

    def _common(self, openid: str, kind: str) -> dict[str, str | int]:
        now = int(self.account.clock.now().timestamp())
        return {"ToUserName": self.account.account, "FromUserName": openid, "CreateTime": now, "MsgType": kind}

    def _expected(self, openid: str) -> wire.Expected:
        account = self.account
        return wire.Expected(openid, account.account, account.token, self._envelope, account.mode == "safe")

    def _show(self, fields: Fields, delivery: Delivery) -> None:
        openid, last = str(fields["FromUserName"]), delivery.tries[-1]
        if fields.get("Event") == "unsubscribe":
            return  # nobody is there to see anything
        if last.reply:
            delivery.reply = last.reply
            self.account.saw(openid, "passive", last.reply.kind, last.reply.text, dict(last.reply.fields))
        elif last.outcome != "silent":
            self.account.saw(openid, "fault", "notice", FAULT_NOTICE)
