"""Encryption of what people tell us, and keyed lookup of who they are.

A sealed value is `version (1) | key id (4) | nonce (12) | AES-256-GCM ciphertext and tag`. The name of the column is
bound in as associated data, so a value copied into another column does not open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from settings.secrets import Secrets

VERSION = b"\x01"
PREFIX_LENGTH = 5  # version and key id
NONCE_LENGTH = 12


class DecryptionError(Exception):
    """A sealed value does not open: unknown key, wrong column, or damaged bytes. The message names the column only."""


class KeyRing:
    """Keys of one installation: the first encrypts, all decrypt; `lookup` turns an identifier into its keyed hash."""

    def __init__(self, data_keys: Sequence[str], lookup_key: str) -> None:
        """`data_keys`: base64 of 32 bytes each, newest first. Raises ValueError when they do not fit."""
        if not data_keys:
            raise ValueError("no data key")
        raw = [base64.b64decode(key, validate=True) for key in data_keys]
        if any(len(key) != 32 for key in raw):
            raise ValueError("a data key must have 32 bytes")
        self._ciphers = {VERSION + hashlib.sha256(key).digest()[:4]: AESGCM(key) for key in raw}
        self.prefix = next(iter(self._ciphers))
        self._lookup_key = base64.b64decode(lookup_key, validate=True)

    @classmethod
    def of(cls, secrets: Secrets) -> KeyRing:
        return cls(secrets.data_keys, secrets.lookup_key)

    def seal(self, plain: bytes, context: str) -> bytes:
        """Encrypt with the newest key, bound to `context` (table.column)."""
        nonce = os.urandom(NONCE_LENGTH)
        return self.prefix + nonce + self._ciphers[self.prefix].encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt. Raises DecryptionError when no key fits, the context differs, or the bytes are damaged."""
        cipher = self._ciphers.get(sealed[:PREFIX_LENGTH])
        if cipher is None:
            raise DecryptionError(f"{context}: no key for this value")
        nonce, body = sealed[PREFIX_LENGTH : PREFIX_LENGTH + NONCE_LENGTH], sealed[PREFIX_LENGTH + NONCE_LENGTH :]
        try:
            return cipher.decrypt(nonce, body, context.encode())
        except (InvalidTag, ValueError) as error:
            raise DecryptionError(f"{context}: does not open") from error

    def lookup(self, kind: str, value: str) -> bytes:
        """32-byte keyed hash for equality search; `kind` keeps the name spaces (channels) apart."""
        return hmac.new(self._lookup_key, f"{kind}\x00{value}".encode(), hashlib.sha256).digest()
