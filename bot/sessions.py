"""The web session: a random id in a signed cookie, and a CSRF token bound to it. Nothing is stored on our side until
the person agrees to it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

COOKIE = "xf_session"
CSRF_HEADER = "X-CSRF-Token"
MAX_AGE = 180 * 24 * 3600


class Sessions:
    """Signs and reads session cookies with the installation's key."""

    def __init__(self, cookie_key: str) -> None:
        self._key = base64.b64decode(cookie_key)

    def new(self) -> str:
        return secrets.token_hex(16)

    def cookie(self, session_id: str) -> str:
        return f"{session_id}.{self._mac('session', session_id)}"

    def read(self, cookie: str | None) -> str | None:
        """The session id, or None when the cookie is absent or not ours."""
        session_id, _, mac = (cookie or "").partition(".")
        return session_id if session_id and self._same(mac, self._mac("session", session_id)) else None

    def csrf(self, session_id: str) -> str:
        return self._mac("csrf", session_id)

    def csrf_fits(self, session_id: str, token: str | None) -> bool:
        return self._same(token or "", self.csrf(session_id))

    def _mac(self, use: str, session_id: str) -> str:
        return hmac.new(self._key, f"{use}:{session_id}".encode(), hashlib.sha256).hexdigest()[:43]

    @staticmethod
    def _same(given: str, ours: str) -> bool:
        return hmac.compare_digest(given.encode(), ours.encode())
