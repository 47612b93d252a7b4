"""The simulated WeChat keeps the official vectors and the tables of the protocol brief."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from settings.clock import FixedClock
from tests.fakes.wechat import FakeWeChat, Fault, Sender, SimulatedWeChat
from xiaofa.wechat.simulator import wire
from xiaofa.wechat.simulator.menus import menu_error
from xiaofa.wechat.simulator.sender import PATIENCE, TRIES

TOKEN = "AAAAA"
KEY = "A" * 43
APP = "wxba5fad812f8e6fb9"
NONCE = "415670741"
SEALED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8"
    "XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32I"
    "Ijdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
OPENED = (
    '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
    '"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)
REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
ME = "oSomebody"
SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
def clock():
    return FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))


@pytest.fixture
def account(clock):
    return SimulatedWeChat(clock=clock, followers={ME})


@pytest.fixture
async def http(account):
    async with httpx.AsyncClient(transport=FakeWeChat(account).transport(), base_url="http://wechat.test") as client:
        yield client


async def stable(http, account, **more):
    body = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret, **more}
    return (await http.post("/cgi-bin/stable_token", json=body)).json()


async def send(http, account, text="您好", openid=ME, token=None):
    token = token or account.tokens.stable()[0]
    body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
    raw = json.dumps(body, ensure_ascii=False).encode()
    return (await http.post(SEND, params={"access_token": token}, content=raw)).json()["errcode"]


# -- vectors -----------------------------------------------------------------------


def test_signatures_of_the_official_examples():
    assert wire.signature(TOKEN, "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert wire.signature(TOKEN, "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"
    assert wire.signature(TOKEN, "1714112445", NONCE) == "6c5c811b55cc85e0e1b54100749188c20beb3f5d"
    assert wire.signature(TOKEN, "1714112445", NONCE, SEALED) == "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
    assert wire.signature(TOKEN, "1713424427", NONCE, REPLY) == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"


def test_the_official_message_opens_and_seals_to_the_same_bytes():
    envelope = wire.Envelope(KEY, APP)
    assert envelope.open(SEALED) == OPENED
    assert envelope.seal(OPENED, random=b"a8eedb185eb2fecf") == SEALED
    assert envelope.seal('{"demo_resp":"good luck"}', random=b"707722b803182950") == REPLY


@pytest.mark.parametrize(
    ("key", "app", "sealed"),
    [
        ("B" * 43, APP, SEALED),
        (KEY, "wxother", SEALED),
        (KEY, APP, SEALED[:-4] + "AAA="),
        (KEY, APP, SEALED[:64]),
        (KEY, APP, SEALED[:62]),
        (KEY, APP, ""),
        (KEY, APP, "不是base64"),
    ],
)
def test_what_is_not_whole_or_not_ours_does_not_open(key, app, sealed):
    with pytest.raises(wire.WireError):
        wire.Envelope(key, app).open(sealed)


# -- replies -----------------------------------------------------------------------


def passive(content="好", *, to=ME, sender="gh_1", kind="text"):
    return wire.to_xml({"ToUserName": to, "FromUserName": sender, "CreateTime": 1, "MsgType": kind, "Content": content})


def expected(mode="plain"):
    envelope = None if mode == "plain" else wire.Envelope(KEY, APP)
    return wire.Expected(ME, "gh_1", TOKEN, envelope, mode == "safe")


def sealed_reply(plain, *, token=TOKEN):
    sealed = wire.Envelope(KEY, APP).seal(plain)
    signed = wire.signature(token, "1", "n", sealed)
    return wire.to_xml({"Encrypt": sealed, "MsgSignature": signed, "TimeStamp": 1, "Nonce": "n"}).encode()


@pytest.mark.parametrize("body", [b"", b"success"])
def test_success_and_empty_show_nothing(body):
    assert wire.read_reply(body, expected("safe")) is None


def test_replies_in_every_mode():
    assert wire.read_reply(passive("您好 ]]> <b>").encode(), expected()).text == "您好 ]]> <b>"
    assert wire.read_reply(sealed_reply(passive()), expected("safe")).text == "好"
    assert wire.read_reply(sealed_reply(passive()), expected("compatible")).text == "好"
    assert wire.read_reply(passive().encode(), expected("compatible")).text == "好"


@pytest.mark.parametrize(
    ("body", "mode"),
    [
        (b"ok", "plain"),
        (b"Success", "plain"),
        (b"<html></html>", "plain"),
        (b"{}", "plain"),
        (passive("").encode(), "plain"),
        (passive("长" * 700).encode(), "plain"),
        (passive(to="gh_1", sender=ME).encode(), "plain"),
        (passive(kind="markdown").encode(), "plain"),
        (passive().encode(), "safe"),
        (sealed_reply(passive(), token="wrong"), "safe"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + passive("&a;").encode(), "plain"),
    ],
)
def test_anything_else_is_a_fault_to_the_person(body, mode):
    with pytest.raises(wire.WireError):
        wire.read_reply(body, expected(mode))


# -- tokens ------------------------------------------------------------------------


async def test_repeat_calls_get_the_same_token_and_old_and_new_overlap(http, account, clock):
    first = await stable(http, account)
    clock.moment += timedelta(seconds=6000)
    assert await stable(http, account) == {**first, "expires_in": 1200}
    clock.moment += timedelta(seconds=900)
    second = await stable(http, account)
    assert second["access_token"] != first["access_token"]
    assert second["expires_in"] == 7200
    account.acted(ME, "message")
    assert await send(http, account, token=first["access_token"]) == 0
    assert await send(http, account, token=second["access_token"]) == 0
    clock.moment += timedelta(seconds=301)
    assert await send(http, account, token=first["access_token"]) == 42001


async def test_a_forced_token_kills_the_one_before(http, account):
    first = await stable(http, account)
    second = await stable(http, account, force_refresh=True)
    assert await send(http, account, token=first["access_token"]) == 40001
    assert (await stable(http, account))["access_token"] == second["access_token"]


async def test_wrong_credentials_and_addresses(http, account):
    assert (await stable(http, account, appid="wxother"))["errcode"] == 40013
    assert (await stable(http, account, secret="wrong"))["errcode"] == 40125
    account.allowed = False
    assert (await stable(http, account))["errcode"] == 40164
    assert (await http.post("/cgi-bin/token")).status_code == 404


# -- customer-service messages -----------------------------------------------------


async def test_five_in_48_hours_after_a_message(http, account, clock):
    assert await send(http, account) == 45015
    account.acted(ME, "message")
    assert [await send(http, account) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    account.acted(ME, "message")
    assert await send(http, account) == 0
    clock.moment += timedelta(hours=48, seconds=1)
    assert await send(http, account) == 45015


@pytest.mark.parametrize("trigger", ["menu", "follow", "scan"])
async def test_three_in_a_minute_after_anything_else(http, account, clock, trigger):
    account.acted(ME, trigger)
    assert [await send(http, account) for _ in range(4)] == [0, 0, 0, 45047]
    account.acted(ME, trigger)
    clock.moment += timedelta(seconds=61)
    assert await send(http, account) == 45015


async def test_who_cannot_be_written_to(http, account):
    assert await send(http, account, openid="oStranger") == 43004
    assert await send(http, account, openid="") == 40003
    account.blocked.add(ME)
    assert await send(http, account) == 43019


async def test_contents_are_checked_and_escapes_stay_escapes(http, account):
    account.acted(ME, "message")
    token = account.tokens.stable()[0]
    assert await send(http, account, "") == 44004
    assert await send(http, account, "长" * 667) == 45002
    raw = json.dumps({"touser": ME, "msgtype": "text", "text": {"content": "好"}}).encode()
    assert (await http.post(SEND, params={"access_token": token}, content=raw)).json()["errcode"] == 0
    assert account.seen_by(ME) == ["\\u597d"]
    assert (await http.post(SEND, params={"access_token": token}, content=b"{")).json()["errcode"] == 47001
    account.customer_service = False
    assert await send(http, account) == 48001


# -- faults ------------------------------------------------------------------------


async def test_faults_strike_as_planned(http, account):
    account.acted(ME, "message")
    account.fault(SEND, Fault(code=-1, times=2))
    account.fault(SEND, Fault(status=500))
    account.fault(SEND, Fault(status=200, accept=True))
    assert [await send(http, account) for _ in range(2)] == [-1, -1]
    token = account.tokens.stable()[0]
    for status, seen in ((500, 0), (200, 1)):
        body = json.dumps({"touser": ME, "msgtype": "text", "text": {"content": "x"}})
        response = await http.post(SEND, params={"access_token": token}, content=body)
        assert response.status_code == status
        assert response.text.startswith("<html>")
        assert len(account.shown) == seen
    assert await send(http, account) == 0


async def test_oauth_codes_work_once_and_not_for_long(http, account, clock):
    query = {"appid": account.app_id, "secret": account.app_secret, "grant_type": "authorization_code"}

    async def redeem(code):
        return (await http.get("/sns/oauth2/access_token", params={**query, "code": code})).json()

    code = account.login(ME)
    assert (await redeem(code))["openid"] == ME
    assert (await redeem(code))["errcode"] == 40029
    late = account.login(ME)
    clock.moment += timedelta(minutes=6)
    assert (await redeem(late))["errcode"] == 40029
    assert (await redeem(account.login(ME, snapshot=True)))["is_snapshotuser"] == 1


@pytest.mark.parametrize(
    ("menu", "code"),
    [
        ({"button": []}, 40016),
        ({"button": [{"name": "六个汉字太长", "type": "click", "key": "a"}]}, 40018),
        ({"button": [{"name": "问", "sub_button": [{"name": "a", "type": "click", "key": "a"}] * 6}]}, 40023),
        ({"button": [{"name": "问", "type": "click", "key": "k" * 129}]}, 40019),
        ({"button": [{"name": "问", "type": "view", "url": ""}]}, 40020),
        ({"button": [{"name": "问", "type": "poem", "key": "a"}]}, 40015),
        ({"button": [{"name": "问法律", "type": "click", "key": "ask"}]}, 0),
    ],
)
def test_menus(menu, code):
    assert menu_error(menu) == code


# -- pushes ------------------------------------------------------------------------


class Bot:
    """A callback that answers what it is told, after a while."""

    def __init__(self, *answers, status=200):
        self.answers = list(answers)
        self.status = status
        self.requests = []

    async def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, (int, float)):
            await asyncio.sleep(answer)
            answer = b"success"
        return httpx.Response(self.status, content=answer)


def pushing(account, bot, **more):
    http = httpx.AsyncClient(transport=httpx.MockTransport(bot))
    return Sender(account, ["http://one.test/wechat", "http://two.test/wechat"], http=http, patience=0.05, **more)


async def test_a_silent_bot_gets_three_tries_and_the_person_a_fault_notice(account):
    bot = Bot(1.0)
    sender = pushing(account, bot)
    delivery = await sender.text(ME, "您好")
    assert [made.outcome for made in delivery.tries] == ["closed"] * 3
    assert [made.callback for made in delivery.tries] == [f"http://{n}.test/wechat" for n in ("one", "two", "one")]
    assert [shown.via for shown in account.shown] == ["fault"]
    nonces = {request.url.params["nonce"] for request in bot.requests}
    assert len(nonces) == 3


def test_its_patience_is_wechats():
    assert (PATIENCE, TRIES) == (5.0, 3)


async def test_a_resend_may_carry_the_same_nonce_and_always_the_same_id(account):
    bot = Bot(1.0, b"success")
    account.mode = "plain"
    delivery = await pushing(account, bot, fresh_nonce=False).text(ME, "您好")
    assert [made.outcome for made in delivery.tries] == ["closed", "silent"]
    assert len({request.url.params["nonce"] for request in bot.requests}) == 1
    assert len({request.content for request in bot.requests}) == 1
    assert account.shown == []


async def test_in_safe_mode_nothing_is_readable_and_signatures_fit(account):
    bot = Bot(b"")
    await pushing(account, bot).text(ME, "工资的事")
    request = bot.requests[0]
    assert "工资".encode() not in request.content
    assert ME.encode() not in request.content
    sealed = wire._parse(request.content).findtext("Encrypt")
    asked = request.url.params
    assert asked["encrypt_type"] == "aes"
    assert asked["msg_signature"] == wire.signature(account.token, asked["timestamp"], asked["nonce"], sealed)
    assert "工资的事" in wire.Envelope(account.aes_key, account.app_id).open(sealed)


async def test_malformed_answers_are_not_asked_for_again(account):
    bot = Bot(b"ok")
    delivery = await pushing(account, bot).text(ME, "您好")
    assert delivery.outcome == "malformed"
    assert len(bot.requests) == 1
    assert account.shown[0].via == "fault"


async def test_events_open_their_windows_and_carry_no_message_id(account):
    account.mode = "plain"
    bot = Bot(b"success")
    sender = pushing(account, bot)
    await sender.follow("oNew", "street_minzhi")
    assert account.quotas.left("oNew") == 3
    body = bot.requests[-1].content.decode()
    assert "qrscene_street_minzhi" in body
    assert "MsgId" not in body
    await sender.choose("oNew", "欠薪", "1")
    assert "bizmsgmenuid" in bot.requests[-1].content.decode()
    assert account.quotas.left("oNew") == 6
    await sender.unfollow("oNew")
    assert "oNew" not in account.followers
