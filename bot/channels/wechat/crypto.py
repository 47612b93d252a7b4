"""Whether a push is WeChat's, what it says, and the envelope of our reply: signatures and AES of the three modes.

A failure never says why to the one who sent it: whoever asks learns 403, the log a word without contents.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.wechat import xml
from settings import Settings

Mode = Literal["plain", "compatible", "safe"]
BLOCK = 32  # WeChat pads to 32, though the cipher's own block is 16
HEAD = 20  # 16 random bytes and the length


class RefusedError(Exception):
    """Not WeChat, not for us, or damaged on the way. `reason` is safe to log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Opened:
    """A verified push. `key`: what decrypted it, and encrypts the reply; None in plain mode."""

    body: bytes
    key: bytes | None


def sign(*parts: str) -> str:
    """WeChat's signature: SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def read_key(encoding_aes_key: str) -> bytes:
    """The 32 bytes behind the 43 characters of the console. Raises ValueError."""
    key = base64.b64decode(encoding_aes_key + "=")
    if len(key) != 32:
        raise ValueError("EncodingAESKey must stand for 32 bytes")
    return key


def encrypt(message: bytes, key: bytes, app_id: str, *, salt: bytes | None = None) -> str:
    """`salt`: 16 bytes, random unless a test vector asks for its own."""
    plain = (salt or os.urandom(16)) + struct.pack(">I", len(message)) + message + app_id.encode()
    pad = BLOCK - len(plain) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(sealed: str, key: bytes, app_id: str) -> bytes:
    """Raises RefusedError when anything at all does not fit."""
    try:
        cipher_text = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RefusedError("base64") from error
    if not cipher_text or len(cipher_text) % 16:
        raise RefusedError("length")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    padded = decryptor.update(cipher_text) + decryptor.finalize()
    pad = padded[-1]
    if not 1 <= pad <= BLOCK or padded[-pad:] != bytes([pad]) * pad:
        raise RefusedError("padding")
    plain = padded[:-pad]
    if len(plain) < HEAD:
        raise RefusedError("length")
    (length,) = struct.unpack(">I", plain[16:HEAD])
    message, owner = plain[HEAD : HEAD + length], plain[HEAD + length :]
    if len(message) != length:
        raise RefusedError("length")
    if not hmac.compare_digest(owner, app_id.encode()):
        raise RefusedError("app_id")
    return message


class Gatekeeper:
    """The channel's keys. The current and, while a change is under way, the previous AES key open a push."""

    def __init__(self, *, token: str, app_id: str, mode: Mode, keys: list[bytes]) -> None:
        self._token = token
        self._app_id = app_id
        self._mode = mode
        self._keys = keys

    @classmethod
    def of(cls, settings: Settings) -> Gatekeeper:
        given = (settings.wechat_aes_key.get_secret_value(), settings.wechat_previous_aes_key.get_secret_value())
        return cls(
            token=settings.wechat_token.get_secret_value(),
            app_id=settings.wechat_app_id,
            mode=settings.wechat_mode,
            keys=[read_key(key) for key in given if key],
        )

    def admits(self, query: Mapping[str, str]) -> bool:
        """Whether the plain signature of a request fits: all there is to check in the handshake."""
        return self._fits(query.get("signature", ""), query.get("timestamp", ""), query.get("nonce", ""))

    def open(self, query: Mapping[str, str], body: bytes) -> Opened:
        """Raises RefusedError. In the AES modes only what was encrypted counts: plain fields beside it are ignored."""
        if not self.admits(query):
            raise RefusedError("signature")
        if self._mode == "plain":
            return Opened(body, None)
        if query.get("encrypt_type") != "aes":
            raise RefusedError("downgrade")
        try:
            sealed = xml.fields(body).get("Encrypt", "")
        except xml.MalformedError as error:
            raise RefusedError("envelope") from error
        if not self._fits(query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""), sealed):
            raise RefusedError("msg_signature")
        refusal = RefusedError("no_key")
        for key in self._keys:
            try:
                return Opened(decrypt(sealed, key, self._app_id), key)
            except RefusedError as error:
                refusal = error
        raise refusal

    def seal(self, reply: str, key: bytes | None, *, timestamp: int, nonce: str, salt: bytes | None = None) -> str:
        """The reply as it goes over the wire: under the key that opened the push, or as it is in plain mode."""
        if key is None:
            return reply
        sealed = encrypt(reply.encode(), key, self._app_id, salt=salt)
        signature = sign(self._token, str(timestamp), nonce, sealed)
        return xml.document({"Encrypt": sealed, "MsgSignature": signature, "TimeStamp": timestamp, "Nonce": nonce})

    def _fits(self, given: str, *parts: str) -> bool:
        return hmac.compare_digest(given.encode(errors="replace"), sign(self._token, *parts).encode())
