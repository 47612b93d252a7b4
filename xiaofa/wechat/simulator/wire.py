"""Signatures, envelopes and XML as WeChat's own side makes and reads them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

BLOCK = 32
AES_BLOCK = 16


class WireError(ValueError):
    """What came over the wire is not what the protocol allows."""


def signature(*parts: str) -> str:
    """Both the `signature` of every request and, with the ciphertext as fourth part, the `msg_signature`."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


class Envelope:
    """AES-256-CBC over `random(16) | length(4) | text | appid`, padded to 32 bytes."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        key = base64.b64decode(aes_key + "=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:AES_BLOCK]))
        self._app_id = app_id.encode()

    def seal(self, text: str, *, random: bytes | None = None) -> str:
        body = text.encode()
        plain = (random or os.urandom(16)) + len(body).to_bytes(4, "big") + body + self._app_id
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def open(self, sealed: str) -> str:
        """Raises WireError for anything that is not whole and for this account."""
        try:
            cipher = base64.b64decode(sealed, validate=True)
        except ValueError:
            raise WireError("not base64") from None
        if not cipher or len(cipher) % AES_BLOCK:
            raise WireError("not whole blocks")
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(cipher) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
            raise WireError("padding")
        plain = plain[:-pad]
        length = int.from_bytes(plain[16:20], "big")
        if len(plain) < 20 + length or not hmac.compare_digest(plain[20 + length :], self._app_id):
            raise WireError("length or appid")
        return plain[20 : 20 + length].decode()


def to_xml(fields: Mapping[str, str | int]) -> str:
    """`<xml>` with one element a field: text in CDATA, numbers bare."""
    return "<xml>" + "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items()) + "</xml>"


def _value(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"


@dataclass(frozen=True)
class Reply:
    """A passive reply: `kind` is its MsgType, `text` what a person reads of it."""

    kind: str
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """What a reply to one push must look like. `envelope` absent: plain mode; `encrypted`: safe mode."""

    openid: str
    account: str
    token: str
    envelope: Envelope | None
    encrypted: bool


def read_reply(body: bytes, expected: Expected) -> Reply | None:
    """What a callback answered; None for `success` and empty. Raises WireError where WeChat would tell the person that
    the service is out of order."""
    if body in (b"", b"success"):
        return None
    root = _parse(body)
    if root.find("Encrypt") is not None and expected.envelope:
        root = _parse(_opened(root, expected).encode())
    elif expected.encrypted:
        raise WireError("safe mode, but the reply is not encrypted")
    fields = {child.tag: (child.text or "") for child in root}
    if fields.get("ToUserName") != expected.openid or fields.get("FromUserName") != expected.account:
        raise WireError("names are not swapped")
    if not fields.get("CreateTime", "").isdigit():
        raise WireError("no CreateTime")
    return Reply(fields.get("MsgType", ""), _words(fields.get("MsgType", ""), root), fields)


def _parse(body: bytes) -> Element:
    try:
        root: Element = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError):
        raise WireError("not XML") from None
    if root.tag != "xml":
        raise WireError("not <xml>")
    return root


def _opened(root: Element, expected: Expected) -> str:
    assert expected.envelope is not None
    got = {name: root.findtext(name) or "" for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")}
    if signature(expected.token, got["TimeStamp"], got["Nonce"], got["Encrypt"]) != got["MsgSignature"]:
        raise WireError("MsgSignature")
    return expected.envelope.open(got["Encrypt"])


def _words(kind: str, root: Element) -> str:
    if kind == "text":
        text = root.findtext("Content") or ""
        if not text:
            raise WireError("empty Content")
        if len(text.encode()) > 2000:
            raise WireError("Content too long")
        return text
    if kind == "news":
        items = root.findall("Articles/item")
        if root.findtext("ArticleCount") != "1" or len(items) != 1:
            raise WireError("news has exactly one article")
        return "\n".join(items[0].findtext(name) or "" for name in ("Title", "Description", "Url"))
    if kind in ("image", "voice"):
        return root.findtext(f"{kind.capitalize()}/MediaId") or ""
    if kind == "transfer_customer_service":
        return ""
    raise WireError(f"unknown MsgType {kind[:20]!r}")
