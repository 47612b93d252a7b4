"""Signatures, encryption, XML and parsing: the official vectors, damage of every kind, and whatever hypothesis thinks of."""

import base64
import os
import random
import struct
import time
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from bot.channels.wechat import incoming, passive, xml
from bot.channels.wechat.crypto import Gatekeeper, RefusedError, decrypt, encrypt, read_key, sign
from settings.clock import FixedClock
from tests.fakes.rasa import START
from tests.fakes.wechat import SimulatedWeChat
from tests.fakes.wechat_bot import CALLBACK, wechat_bot

TOKEN, APP = "AAAAA", "wxba5fad812f8e6fb9"
KEY = read_key("A" * 43)
SEALED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT"
    "740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8Y"
    "L/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
SEALED_QUERY = {
    "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
    "timestamp": "1714112445",
    "nonce": "415670741",
    "encrypt_type": "aes",
}
REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="


def keeper(mode="safe", keys=(KEY,), app_id=APP, token=TOKEN):
    return Gatekeeper(token=token, app_id=app_id, mode=mode, keys=list(keys))


def envelope(sealed):
    return f"<xml><ToUserName>gh</ToUserName><Encrypt>{sealed}</Encrypt></xml>".encode()


def signed(sealed, **more):
    query = {"timestamp": "1", "nonce": "2", "encrypt_type": "aes", "signature": sign(TOKEN, "1", "2")}
    return {**query, "msg_signature": sign(TOKEN, "1", "2", sealed), **more}


# -- the official vectors ------------------------------------------------------------------


def test_handshake_vector():
    query = {
        "timestamp": "1714036504",
        "nonce": "1514711492",
        "echostr": "4375120948345356249",
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
    }
    assert keeper().admits(query)
    for name in ("timestamp", "nonce", "signature"):
        assert not keeper().admits({**query, name: query[name][:-1] + "x"})
        assert not keeper().admits({key: value for key, value in query.items() if key != name})
    assert not keeper(token="AAAAB").admits(query)


def test_plain_vector():
    query = {
        "timestamp": "1714037059",
        "nonce": "486452656",
        "signature": "899cf89e464efb63f54ddac96b0a0a235f53aa78",
    }
    assert keeper("plain", keys=()).open(query, b"<xml/>").body == b"<xml/>"
    with pytest.raises(RefusedError):
        keeper("plain", keys=()).open({**query, "nonce": "1"}, b"<xml/>")


def test_encrypted_vector_both_ways():
    opened = keeper().open(SEALED_QUERY, envelope(SEALED))
    assert len(opened.body) == 167
    assert opened.body.startswith(b'{"ToUserName":"gh_97417a04a28d"')
    assert encrypt(opened.body, KEY, APP, salt=b"a8eedb185eb2fecf") == SEALED


def test_reply_vector():
    salt, message = b"707722b803182950", '{"demo_resp":"good luck"}'
    assert encrypt(message.encode(), KEY, APP, salt=salt) == REPLY
    assert decrypt(REPLY, KEY, APP) == message.encode()
    said = ElementTree.fromstring(keeper().seal(message, KEY, timestamp=1713424427, nonce="415670741", salt=salt))
    assert said.findtext("Encrypt") == REPLY
    assert said.findtext("MsgSignature") == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    assert (said.findtext("TimeStamp"), said.findtext("Nonce")) == ("1713424427", "415670741")


# -- refusals -----------------------------------------------------------------------------------


def raw(plain: bytes) -> str:
    encryptor = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def padded(plain: bytes, byte: int | None = None) -> bytes:
    size = 32 - len(plain) % 32
    return plain + bytes([size if byte is None else byte]) * size


HEAD = b"0123456789abcdef"
DAMAGED = {
    "base64": "!!!",
    "empty": "",
    "not blocks": base64.b64encode(b"x" * 17).decode(),
    "cut off": SEALED[:64],
    "pad 0": raw(padded(HEAD + struct.pack(">I", 2) + b"hi" + APP.encode(), 0)),
    "pad 33": raw(padded(HEAD + struct.pack(">I", 2) + b"hi" + APP.encode(), 33)),
    "pad uneven": raw(padded(HEAD + struct.pack(">I", 2) + b"hi" + APP.encode())[:-2] + b"\x01\x08"),
    "length too big": raw(padded(HEAD + struct.pack(">I", 2**32 - 1) + b"hi" + APP.encode())),
    "no room for a length": raw(padded(HEAD)),
    "another app": encrypt(b"<xml/>", KEY, "wxsomebodyelse"),
    "no app": encrypt(b"<xml/>", KEY, ""),
    "another key": encrypt(b"<xml/>", os.urandom(32), APP),
}


@pytest.mark.parametrize("sealed", DAMAGED.values(), ids=DAMAGED.keys())
def test_what_is_damaged_is_refused(sealed):
    with pytest.raises(RefusedError):
        keeper().open(signed(sealed), envelope(sealed))


def test_signatures_and_downgrades():
    sealed = encrypt(b"<xml/>", KEY, APP)
    for broken in (
        {"msg_signature": "0" * 40},
        {"signature": "0" * 40},
        {"encrypt_type": "raw"},
        {"signature": "签名"},
    ):
        with pytest.raises(RefusedError):
            keeper().open(signed(sealed, **broken), envelope(sealed))
    query = signed(sealed)
    del query["encrypt_type"]
    for mode in ("safe", "compatible"):
        with pytest.raises(RefusedError, match="downgrade"):
            keeper(mode).open(query, b"<xml><FromUserName>x</FromUserName></xml>")


def test_the_compatible_mode_believes_only_what_was_encrypted():
    sealed = encrypt(b"<xml><Content>real</Content></xml>", KEY, APP)
    body = envelope(sealed).replace(b"</xml>", b"<Content>forged</Content></xml>")
    assert b"real" in keeper("compatible").open(signed(sealed), body).body


def test_the_previous_key_still_opens_and_answers():
    new = os.urandom(32)
    both = keeper(keys=(new, KEY))
    sealed = encrypt(b"<xml/>", KEY, APP)
    opened = both.open(signed(sealed), envelope(sealed))
    assert opened.key == KEY
    said = ElementTree.fromstring(both.seal("<xml>hi</xml>", opened.key, timestamp=1, nonce="2"))
    assert decrypt(said.findtext("Encrypt"), KEY, APP) == b"<xml>hi</xml>"
    with pytest.raises(RefusedError):
        keeper(keys=(new,)).open(signed(sealed), envelope(sealed))


async def test_while_the_key_changes_both_ends_understand_each_other(tmp_path):
    """Through the settings and the address: pushes under the old key are answered under it."""
    account = SimulatedWeChat(clock=FixedClock(START))
    options = {"wechat_aes_key": "B" * 43, "wechat_previous_aes_key": account.aes_key}
    async with wechat_bot(tmp_path / "both", account=account, **options) as it:
        assert (await it.phone.follow(it.me)).outcome == "replied"
    async with wechat_bot(tmp_path / "new", account=account, wechat_aes_key="B" * 43) as it:
        assert [made.status for made in (await it.phone.follow(it.me)).tries] == [403, 403, 403]


# -- XML --------------------------------------------------------------------------------------------

PUSH = (
    b"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName>"
    b"<CreateTime>1714112445</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    b"<Content><![CDATA[hi]]></Content><MsgId>22334455667788990</MsgId></xml>"
)
HOSTILE = {
    "json": b'{"ToUserName":"gh_1"}',
    "empty": b"",
    "no xml": b"hello",
    "dtd": b"<!DOCTYPE xml [<!ELEMENT xml ANY>]>" + PUSH,
    "entity": b'<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>',
    "laughs": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>',
    "xxe": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><MsgType>&a;</MsgType></xml>',
    "undeclared entity": b"<xml><MsgType>&nbsp;</MsgType></xml>",
    "nested": b"<xml>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</xml>",
    "unclosed nest": b"<a>" * 20_000,
    "another root": PUSH.replace(b"xml>", b"message>"),
    "twice": PUSH.replace(b"</xml>", b"<MsgType>event</MsgType></xml>"),
    "no type": PUSH.replace(b"MsgType", b"Type"),
    "no sender": PUSH.replace(b"FromUserName", b"From"),
    "no time": PUSH.replace(b"1714112445", b"soon"),
    "endless time": PUSH.replace(b"1714112445", b"9" * 400),
    "long sender": PUSH.replace(b"o1", b"o" * 5000),
    "bad utf-8": PUSH.replace(b"hi", b"\xff\xfe\xed\xa0\x80"),
    "nul": PUSH.replace(b"hi", b"a\x00b"),
    "odd encoding": b'<?xml version="1.0" encoding="x-nonsense"?>' + PUSH,
    "utf-7": b'<?xml version="1.0" encoding="utf-7"?>' + PUSH,
    "half": PUSH[: len(PUSH) // 2],
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_documents_are_malformed_and_quick(body):
    started = time.perf_counter()
    with pytest.raises(xml.MalformedError):
        incoming.parse(body)
    assert time.perf_counter() - started < 1


def test_a_push_is_read():
    push = incoming.parse(PUSH)
    assert (push.kind, push.person, push.account, push.text) == ("text", "o1", "gh_1", "hi")
    assert push.key == "22334455667788990"


def test_events_without_id_are_told_apart_by_who_when_and_what():
    def event(**more):
        parts = {
            "ToUserName": "gh",
            "FromUserName": "o1",
            "CreateTime": 5,
            "MsgType": "event",
            "Event": "CLICK",
            **more,
        }
        return incoming.parse(xml.document(parts).encode())

    keys = {event().key, event(FromUserName="o2").key, event(CreateTime=6).key, event(Event="VIEW").key}
    assert len(keys | {event(EventKey="a").key}) == 5
    assert event().key == event().key
    assert event(Event="subscribe", EventKey="qrscene_street-1").event_key == "street-1"
    assert event(Event="SCAN", EventKey="street-1").event_key == "street-1"


@given(st.text())
@bounded(max_examples=300, deadline=None)
def test_whatever_we_say_comes_out_as_said(text):
    push = incoming.parse(PUSH)
    try:
        said = passive.text(push, text, now=1)
    except ValueError:
        assert not xml.sendable(text).strip() or len(text.encode(errors="ignore")) > passive.TEXT_BYTES
        return
    root = ElementTree.fromstring(said.encode())
    assert [child.tag for child in root] == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]
    assert root.findtext("Content") == xml.sendable(text).strip()
    assert (root.findtext("ToUserName"), root.findtext("FromUserName")) == ("o1", "gh_1")


@pytest.mark.parametrize(
    "text", ["]]>", "a]]>b]]]]>c", '<a href="x">y</a>]]><Content>z</Content>', "\x00\x07好\ud800", "😀👨‍👩‍👧"]
)
def test_nothing_leaves_its_cdata(text):
    root = ElementTree.fromstring(passive.text(incoming.parse(PUSH), "头" + text, now=1).encode())
    assert len(root) == 5
    assert root.findtext("Content") == xml.sendable("头" + text)


@given(st.binary(max_size=400), st.binary(min_size=32, max_size=32), st.text(max_size=30))
@bounded(max_examples=200, deadline=None)
def test_what_is_encrypted_opens_again(message, key, app_id):
    assert decrypt(encrypt(message, key, app_id), key, app_id) == message


@given(st.binary(max_size=300))
@bounded(max_examples=300, deadline=None)
def test_random_ciphertext_is_refused_or_opens_nothing_else(noise):
    with pytest.raises(RefusedError):
        decrypt(base64.b64encode(noise).decode(), KEY, APP)


@given(st.integers(0, len(SEALED) - 1), st.characters(max_codepoint=0x7F))
@bounded(max_examples=200, deadline=None)
def test_one_character_changed_is_refused(at, character):
    changed = SEALED[:at] + character + SEALED[at + 1 :]
    if changed != SEALED:
        with pytest.raises(RefusedError):
            keeper().open({**SEALED_QUERY}, envelope(changed))


# -- the address, from outside -------------------------------------------------------------------------


@pytest.fixture
async def plain(tmp_path):
    account = SimulatedWeChat(mode="plain", clock=FixedClock(START))
    async with wechat_bot(tmp_path, account=account, rate_per_minute=100_000) as it:
        yield it


async def post(it, body: bytes, **more) -> httpx.Response:
    query = {
        "timestamp": "1",
        "nonce": "2",
        "signature": sign(it.wechat.account.token, "1", "2"),
        "openid": "o",
        **more,
    }
    return await it.phone._http.post(f"{CALLBACK}?{urlencode(query)}", content=body)


async def test_the_handshake_returns_the_echo_byte_for_byte(plain):
    response = await plain.phone._http.get(CALLBACK + plain.phone.greeting("43751209<b>&"))
    assert (response.status_code, response.content) == (200, b"43751209<b>&")
    assert response.headers["content-type"].startswith("text/plain")
    refused = await plain.phone._http.get(f"{CALLBACK}?signature=x&timestamp=1&nonce=2&echostr=3")
    assert (refused.status_code, refused.content) == (403, b"")


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_bodies_get_an_empty_refusal(plain, body):
    response = await post(plain, body)
    assert response.status_code in (400, 413)
    if response.status_code == 400:
        assert response.content == b""


async def test_a_forged_push_gets_an_empty_403(plain):
    response = await post(plain, PUSH, signature="0" * 40)
    assert (response.status_code, response.content) == (403, b"")


async def test_ten_megabytes_are_not_read(plain):
    assert (await post(plain, b"<xml>" + b"x" * 10_000_000 + b"</xml>")).status_code == 413


async def test_a_fuzz_of_the_address_brings_no_5xx_and_no_leak(plain):
    """Signed, but with arbitrary contents: 300 documents from a fixed seed."""
    chance = random.Random(20261123)
    pieces = [
        "<Content>",
        "</Content>",
        "<![CDATA[",
        "]]>",
        "秘密",
        "&#x0;",
        "&amp;",
        "<Event>CLICK</Event>",
        "\ud83d",
        "1",
    ]
    kinds = ["text", "event", "voice", "image", "location", "link", "x" * 50, ""]
    for number in range(300):
        inner = "".join(chance.choice(pieces) for _ in range(chance.randrange(8)))
        kind = chance.choice(kinds)
        body = (
            f"<xml><ToUserName>gh</ToUserName><FromUserName>o{number % 7}</FromUserName><CreateTime>{number}</CreateTime>"
            f"<MsgType>{kind}</MsgType><EventKey>{chance.choice(['', 'qrscene_a', 'ask:', 'ask:1'])}</EventKey>{inner}</xml>"
        )
        response = await post(plain, body.encode(errors="replace"))
        assert response.status_code in (200, 400), body
        if response.status_code == 400:
            assert response.content == b""
        elif response.content != b"success":
            root = ElementTree.fromstring(response.content)
            assert root.findtext("ToUserName") == f"o{number % 7}"


@pytest.mark.parametrize("mode", ["safe", "compatible"])
async def test_a_fuzz_of_the_encrypted_address_brings_no_5xx_and_no_leak(tmp_path, mode, capfd):
    """Noise, damaged envelopes, and envelopes rightly sealed around noise: refused with nothing said, or answered."""
    chance, account = random.Random(20261127), SimulatedWeChat(mode=mode, clock=FixedClock(START))
    async with wechat_bot(tmp_path, account=account, rate_per_minute=100_000) as it:
        key, app_id = read_key(account.aes_key), account.app_id
        for number in range(200):
            noise = chance.choice([chance.randbytes(chance.randrange(300)), damaged(PUSH, chance), b""])
            sealed = encrypt(noise, key, app_id)
            match number % 4:
                case 1:
                    sealed = encrypt(noise, chance.randbytes(32), chance.choice([app_id, "", "wx2"]))
                case 2:
                    sealed = damaged(sealed.encode(), chance).decode("latin-1")
            body = envelope(sealed) if number % 4 != 3 else damaged(envelope(sealed), chance)
            query = {"encrypt_type": "aes", "msg_signature": sign(account.token, "1", "2", sealed)}
            query |= {chance.choice(["x", "msg_signature", "encrypt_type", "nonce"]): "秘密"} if number % 5 == 0 else {}
            response = await post(it, body, **query)
            assert response.status_code in (200, 400, 403), (number, body)
            if response.status_code != 200:
                assert response.content == b""
            elif response.content != b"success":
                said = ElementTree.fromstring(response.content)
                assert decrypt(said.findtext("Encrypt"), key, app_id).startswith(b"<xml><ToUserName>")
    logs = "".join(capfd.readouterr())
    for secret in (account.token, account.aes_key, account.app_secret, "秘密", "o1"):
        assert f'"{secret}' not in logs and f"={secret}" not in logs


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A byte changed, a piece left out or given twice."""
    at, size = chance.randrange(len(content) or 1), chance.randrange(1, 20)
    match chance.randrange(3):
        case 0:
            return content[:at] + chance.randbytes(1) + content[at + 1 :]
        case 1:
            return content[:at] + content[at + size :]
    return content[:at] + content[at : at + size] + content[at:]
