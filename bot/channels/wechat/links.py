"""Links to one card in full: signed, with an end, and without a word about whose it is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import timedelta

from settings import Settings
from settings.clock import Clock

LIFE = timedelta(days=7)
PATH = "/c"
_TOKEN = re.compile(r"(c_[0-9a-f]{32})\.([0-9a-f]{8})\.([A-Za-z0-9_-]{22})")


class Links:
    """Makes and reads the links of this installation. Whoever holds a link can read that one card, until it ends."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._key = base64.b64decode(settings.secrets.cookie_key)
        self._base = settings.public_url.rstrip("/")
        self._clock = clock

    def to_card(self, card_id: str) -> str | None:
        """The address of the card's page; None where no public address is set."""
        return f"{self._base}{PATH}/{self.token(card_id)}" if self._base else None

    def token(self, card_id: str) -> str:
        until = int((self._clock.now() + LIFE).timestamp())
        return f"{card_id}.{until:08x}.{self._mac(card_id, until)}"

    def read(self, token: str) -> str | None:
        """The card's id; None when the link is over, cut short or not ours."""
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        card_id, until = match[1], int(match[2], 16)
        if not hmac.compare_digest(match[3], self._mac(card_id, until)):
            return None
        return card_id if until > self._clock.now().timestamp() else None

    def _mac(self, card_id: str, until: int) -> str:
        digest = hmac.new(self._key, f"card:{card_id}:{until}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")
