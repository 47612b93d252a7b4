"""A phrase said on WeChat is in no file and no log, nor are the openid, the place, the secrets, the login code or the token; erased, the
person's ids are gone too."""

import asyncio
import logging
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy.exc import OperationalError

from bot import turns
from bot.telemetry import configure_logging
from tests.fakes.rasa import card
from tests.fakes.wechat import Fault
from tests.fakes.wechat_bot import CALLBACK, SEND, wechat_bot
from tests.integration.test_bot_planted_phrase import PHRASE, found

WHERE = ("22.654321", "114.012345")


@pytest.fixture
def json_logs():
    configure_logging("DEBUG")
    yield
    logging.basicConfig(level=logging.WARNING, force=True)


async def test_the_phrase_the_openid_and_the_secrets_are_nowhere(tmp_path, json_logs, capfd, monkeypatch):
    async with wechat_bot(tmp_path, wechat_seconds=0.05, public_url="http://bot") as it:
        account = it.wechat.account
        await it.ask(PHRASE)  # before consent
        await it.agree()
        it.rasa.next_card = card(PHRASE, kind="clarify", choices=[("c1", PHRASE, "/choose{}")])
        await it.ask(PHRASE)
        await it.ask("1")
        await faults(it)
        await hostile(it, monkeypatch)
        for kind in ("voice", "image", "location", "link"):
            await it.phone.message(it.me, kind, {"Label": PHRASE, "Title": PHRASE, "Url": PHRASE, "MediaId": PHRASE})
        await it.phone.message(it.me, "location", {"Location_X": WHERE[0], "Location_Y": WHERE[1], "Label": PHRASE})
        codes = await log_in(it)
        await it.phone.event(it.me, "CLICK", {"EventKey": f"ask:{PHRASE}"})
        await it.phone.event(it.me, PHRASE, {"EventKey": PHRASE})
        it.passes(minutes=5)
        await it.worker().run_once()
        await it.deliver()
        person = it.person()
        token = account.tokens.stable(force=False)[0]
        secrets = (PHRASE, it.me, token, account.app_secret, account.token, account.aes_key, *WHERE, *codes)
        assert found(tmp_path, *secrets) == []
        assert found(tmp_path, person)  # the search itself works
        message_ids = [sender for sender, _ in it.rasa.runs]

        await it.phone.unfollow(it.me)
        it.passes(minutes=5)
        await it.worker().run_once()
        assert not it.rasa.trackers
        assert found(tmp_path, PHRASE, it.me, person, *message_ids) == []
    logs = "".join(capfd.readouterr())
    for secret in ("紫色", *secrets):
        assert secret not in logs
    assert "delivery_failed" in logs
    assert "wechat_refused" in logs


async def log_in(it):
    """From the web page, once in vain and once rightly; the codes that came by."""
    page = it.bot.page()
    await page.start()
    codes = [it.wechat.account.login(it.me) for _ in range(2)]
    await page.http.get("/wechat/login/back", params={"code": codes[0], "state": "x"})
    set_out = await page.http.get("/wechat/login")
    state = parse_qs(urlsplit(set_out.headers["location"]).query)["state"][0]
    await page.http.get("/wechat/login/back", params={"code": codes[1], "state": state})
    assert it.wechat.account.redeem(codes[1]) is None  # it was used
    return codes


async def faults(it):
    for fault in (Fault(code=-1), Fault(status=502), Fault(code=40001, times=2), Fault(code=45011), Fault(code=45015)):
        it.wechat.account.fault(SEND, fault)
        it.rasa.gate = asyncio.Event()
        await it.ask(f"{PHRASE}，慢")
        it.rasa.gate.set()
        await it.bot.services.router.close()
        it.rasa.gate = None
        await it.deliver()
        it.passes(minutes=2)
        await it.deliver()
    for fault in ("slow", "fail", "down"):
        setattr(it.rasa, fault, True)
        await it.ask(f"{PHRASE}，{fault}")
        setattr(it.rasa, fault, False)


async def hostile(it, monkeypatch):
    """4xx and broken paths, with the phrase in every place where one can be put."""
    query = urlencode({"signature": PHRASE, "timestamp": PHRASE, "nonce": PHRASE, "openid": it.me})
    await it.phone._http.post(f"{CALLBACK}?{query}", content=PHRASE.encode())
    fields = it.phone.message_fields(it.me, "text", {"Content": PHRASE})
    url, body = it.phone.request(fields, "n")
    await it.phone._http.post(CALLBACK + url, content=body[:-40])

    def no_database(*args, **kwargs):
        raise OperationalError(f"INSERT {PHRASE}", {"text": PHRASE}, Exception(PHRASE))

    def broken(*args, **kwargs):
        raise RuntimeError(PHRASE)

    for fault in (no_database, broken):
        with monkeypatch.context() as patch:
            patch.setattr(turns, "accept", fault)
            reply = await it.ask(PHRASE)
            assert "没能记下" in reply
            assert PHRASE not in reply
    with monkeypatch.context() as patch:
        patch.setattr("bot.channels.wechat.offers.Offers.settle", broken)
        await it.ask(PHRASE)
