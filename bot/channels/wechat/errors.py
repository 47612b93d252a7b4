"""What WeChat's error codes mean to the one who called: try again, wait, give up on this person, or call the operator."""

from __future__ import annotations


class WeChatError(Exception):
    """WeChat refused. `code`: its errcode (0: none came); `message`: its words, for the operator, never for people."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class QuotaError(WeChatError):
    """The sends of this window are used up: wait for the person's next contact."""


class OutOfWindowError(WeChatError):
    """The person was not here within 48 hours: wait for their next contact, or send a notice."""


class BlockedError(WeChatError):
    """This person cannot be written to (unsubscribed, blocked us, refuses): give up on this way to them."""


class ThrottledError(WeChatError):
    """Too often in a minute, or today's quota of the whole account: wait (`daily`: until tomorrow)."""

    @property
    def daily(self) -> bool:
        return self.code == 45009


class TokenError(WeChatError):
    """The access token is refused, also after a renewal: the operator must look."""


class ConfigurationError(WeChatError):
    """AppID, secret or IP whitelist are wrong: the operator must look; trying again helps nobody."""


class NotAllowedError(WeChatError):
    """The account lacks this interface or is banned: passive replies only, and the operator must look."""


class AwayError(WeChatError):
    """WeChat was not reached; nothing was sent, so trying again is safe."""


class UncertainError(WeChatError):
    """The request left, and no usable answer came: it may have been carried out. Retry at most once."""


KINDS: dict[type[WeChatError], tuple[int, ...]] = {
    QuotaError: (45047,),
    OutOfWindowError: (45015,),
    BlockedError: (40003, 43004, 43019, 43101, 48002, 50002),
    ThrottledError: (45009, 45011),
    TokenError: (40001, 40014, 41001, 42001),
    ConfigurationError: (40013, 40125, 40164, 40243, 89503),
    NotAllowedError: (48001, 48004),
    UncertainError: (-1,),
}
_BY_CODE = {code: kind for kind, codes in KINDS.items() for code in codes}


def of(code: int, message: str) -> WeChatError:
    """The error for an errcode; one that no table names is a plain WeChatError (our bug, or new to us)."""
    return _BY_CODE.get(code, WeChatError)(code, message)
