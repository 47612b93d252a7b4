"""What WeChat knows about one account: its followers, what they saw, its menu, its faults of the day."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from settings.clock import Clock
from xiaofa.wechat.simulator.quotas import Quotas, Trigger
from xiaofa.wechat.simulator.tokens import Tokens

Mode = Literal["plain", "compatible", "safe"]
Via = Literal["passive", "customer", "template", "subscription", "fault"]
FAULT_NOTICE = "该公众号提供的服务出现故障，请稍后再试"
CODE_LIFE = timedelta(minutes=5)


@dataclass(frozen=True)
class Shown:
    """Something a person saw. `text`: as read; `body`: as sent."""

    openid: str
    via: Via
    kind: str
    text: str
    at: datetime
    body: dict[str, Any] = field(default_factory=dict)


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of a path (None: with all). `code`: that errcode; `status`: that HTTP
    status with an HTML body (200 too); `hang`: so many seconds of silence first; `accept`: the call is carried out, and
    then the fault strikes."""

    code: int | None = None
    status: int | None = None
    hang: float = 0.0
    accept: bool = False
    times: int | None = 1


@dataclass
class SimulatedWeChat:
    """One account. `followers`: who may be written to; `blocked`: who refuses. `pictures`, `voices`: by media
    id. `shown`: everything people saw, in order. `calls`: how often each path was called. `allowed`: our address is on the IP whitelist. `on_shown` is told of each."""

    app_id: str = "wx0123456789abcdef"
    app_secret: str = "0123456789abcdef0123456789abcdef"  # noqa: S105 nobody's
    token: str = "SimulatedToken"  # noqa: S105
    aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    mode: Mode = "safe"
    account: str = "gh_0123456789ab"
    clock: Clock = field(default_factory=Clock)
    followers: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    accepted: set[tuple[str, str]] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)
    shown: list[Shown] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    voices: dict[str, bytes] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    menu: dict[str, Any] | None = None
    allowed: bool = True
    customer_service: bool = True
    on_shown: Callable[[Shown], None] | None = None

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.clock)
        self.quotas = Quotas(self.clock)
        self._faults: dict[str, list[Fault]] = {}
        self._codes: dict[str, tuple[str, bool, datetime]] = {}
        self._ticket: tuple[str, datetime] | None = None
        self._scenes: dict[str, str] = {}

    # -- people ------------------------------------------------------------------

    def saw(self, openid: str, via: Via, kind: str, text: str, body: dict[str, Any] | None = None) -> None:
        seen = Shown(openid, via, kind, text, self.clock.now(), body or {})
        self.shown.append(seen)
        if self.on_shown:
            self.on_shown(seen)

    def seen_by(self, openid: str) -> list[str]:
        """The texts one person saw, in order."""
        return [shown.text for shown in self.shown if shown.openid == openid]

    def acted(self, openid: str, trigger: Trigger) -> None:
        """A person did something that opens a window for customer-service messages."""
        self.quotas.open(openid, trigger)

    # -- faults ------------------------------------------------------------------

    def fault(self, path: str, fault: Fault) -> None:
        """Plan a fault for calls of this path; several strike one after the other."""
        self._faults.setdefault(path, []).append(fault)

    def mend(self) -> None:
        self._faults.clear()

    def next_fault(self, path: str) -> Fault | None:
        planned = self._faults.get(path, [])
        if not planned:
            return None
        fault = planned[0]
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                planned.pop(0)
        return fault

    # -- OAuth, tickets, scenes ---------------------------------------------------

    def login(self, openid: str, *, snapshot: bool = False) -> str:
        """The person opened the authorize page: the code that comes back. `snapshot`: they only looked at a preview."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = (openid, snapshot, self.clock.now() + CODE_LIFE)
        return code

    def redeem(self, code: str) -> tuple[str, bool] | None:
        """The openid behind a code, once."""
        openid, snapshot, until = self._codes.pop(code, ("", False, self.clock.now()))
        return (openid, snapshot) if openid and until > self.clock.now() else None

    def ticket(self) -> tuple[str, int]:
        """The jsapi ticket and its seconds to live."""
        now = self.clock.now()
        if self._ticket is None or self._ticket[1] <= now:
            self._ticket = (secrets.token_urlsafe(64), now + timedelta(seconds=7200))
        return self._ticket[0], int((self._ticket[1] - now).total_seconds())

    def qr(self, scene: str) -> str:
        """A new QR code's ticket."""
        ticket = secrets.token_urlsafe(48)
        self._scenes[ticket] = scene
        return ticket

    def scene_of(self, ticket: str) -> str | None:
        return self._scenes.get(ticket)
