"""The way from the web page to WeChat's login page and back, and the signature of the JS-SDK."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from urllib.parse import quote

from settings import Settings
from settings.clock import Clock

OFFICIAL = "https://api.weixin.qq.com"
OPEN = "https://open.weixin.qq.com"
LIFE = timedelta(minutes=10)


class Login:
    """`state` binds the way back to the web session that set out: nobody can be led into somebody else's session. Only
    letters and digits, as WeChat demands."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._key = base64.b64decode(settings.secrets.cookie_key)
        self._clock = clock

    def address(self, session_id: str, back: str) -> str:
        """Where to send the browser; `back`: our address that it returns to. The order of the parts is WeChat's."""
        base = OPEN if self._settings.wechat_api_base == OFFICIAL else self._settings.wechat_api_base
        return (
            f"{base}/connect/oauth2/authorize?appid={self._settings.wechat_app_id}&redirect_uri={quote(back, safe='')}"
            f"&response_type=code&scope=snsapi_base&state={self.state(session_id)}#wechat_redirect"
        )

    def state(self, session_id: str) -> str:
        until = int((self._clock.now() + LIFE).timestamp())
        return f"{until:08x}{self._mac(session_id, until)}"

    def fits(self, session_id: str, state: str) -> bool:
        """Whether this session set out with this state, not long ago."""
        head, mac = state[:8], state[8:]
        try:
            until = int(head, 16)
        except ValueError:
            return False
        same = hmac.compare_digest(mac.encode(), self._mac(session_id, until).encode())
        return same and until > self._clock.now().timestamp()

    def _mac(self, session_id: str, until: int) -> str:
        return hmac.new(self._key, f"wechat-login:{session_id}:{until}".encode(), hashlib.sha256).hexdigest()[:40]


def sdk_signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """What `wx.config` wants, for the page at `url`."""
    page = url.partition("#")[0]
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
