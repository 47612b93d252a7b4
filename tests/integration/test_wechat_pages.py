"""The page of one card, the login from the web page, the JS-SDK: what a link opens, for whom, and for how long."""

import json
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.app import create_app
from bot.channels.wechat.links import LIFE, Links
from bot.channels.wechat.oauth import Login, sdk_signature
from cases import audit, cards, conversations, joining, leases, people
from settings import Settings
from settings.clock import FixedClock
from tests.fakes.rasa import START, card, running_bot
from tests.fakes.wechat import FakeWeChat, SimulatedWeChat

PUBLIC = "https://xiaofa.example"
CARD = "c_" + "a" * 32


@pytest.fixture
def clock():
    return FixedClock(START)


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path, public_url=PUBLIC + "/", wechat_app_id="wx1")


# -- links -------------------------------------------------------------------------


def test_a_link_opens_its_card_until_it_ends(settings, clock):
    links = Links(settings, clock)
    url = links.to_card(CARD)
    assert url.startswith(PUBLIC + "/c/")
    token = url.rsplit("/", 1)[1]
    assert links.read(token) == CARD
    clock.moment += LIFE - timedelta(seconds=1)
    assert links.read(token) == CARD
    clock.moment += timedelta(seconds=2)
    assert links.read(token) is None


def test_a_changed_link_opens_nothing(settings, clock, tmp_path):
    links = Links(settings, clock)
    token = links.token(CARD)
    card_id, until, mac = token.split(".")
    later = f"{int(until, 16) + 999:08x}"
    other = f"c_{'b' * 32}"
    for wrong in ("", "x", token[:-1], f"{card_id}.{later}.{mac}", f"{other}.{until}.{mac}", token + "A", "c_" * 200):
        assert links.read(wrong) is None
    stranger = Settings(data_dir=tmp_path / "other", public_url=PUBLIC)
    assert Links(stranger, clock).read(token) is None


def test_without_a_public_address_there_are_no_links(tmp_path, clock):
    assert Links(Settings(data_dir=tmp_path), clock).to_card(CARD) is None


# -- the page ----------------------------------------------------------------------


async def test_the_page_shows_the_whole_card_and_nothing_of_the_person(tmp_path):
    async with running_bot(tmp_path) as bot:
        page = bot.page()
        await page.start()
        nasty = "别怕</script><script>alert(1)</script>&\u2028"
        body = card(nasty, choices=[("c1", "说说我的情况", "/choose{}")])
        body |= {"steps": ["先存证据"], "evidence": ["工资条"], "deadline": "一年内", "where": ["12333"]}
        bot.rasa.next_card = body
        said = await page.say("公司拖欠工资")
        card_id = said["cards"][0]["id"]
        stranger = bot.page()
        path = "/c/" + Links(bot.services.settings, bot.clock).token(card_id)
        shown = await stranger.http.get(path)
        assert shown.status_code == 200
        assert shown.headers["cache-control"] == "no-store"
        assert shown.headers["x-robots-tag"] == "noindex"
        assert shown.headers["referrer-policy"] == "no-referrer"
        for words in ("先存证据", "工资条", "一年内", "12333", "说说我的情况"):
            assert words in shown.text
        assert "alert(1)</script>" not in shown.text.replace("\\u003c", "")
        assert "/choose" not in shown.text
        assert "公司拖欠工资" not in shown.text
        assert "set-cookie" not in shown.headers
        data = re.search(r'<script type="application/json" id="card-data">(.*?)</script>', shown.text, re.S)[1]
        assert json.loads(data)["conclusion"] == nasty

        assert (await page.forget()).status_code == 200
        gone = await stranger.http.get(path)
        assert gone.status_code == 404
        assert "打不开了" in gone.text
        assert "12348" in gone.text
        assert (await stranger.http.get("/c/anything")).text == gone.text


# -- login -------------------------------------------------------------------------


def test_the_login_address_keeps_wechats_order(settings, clock):
    address = Login(settings, clock).address("s1", PUBLIC + "/wechat/login/back")
    assert address.startswith(
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1"
        "&redirect_uri=https%3A%2F%2Fxiaofa.example%2Fwechat%2Flogin%2Fback&response_type=code&scope=snsapi_base&state="
    )
    assert address.endswith("#wechat_redirect")
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert state.isalnum()
    assert len(state) <= 128


def test_a_state_fits_its_own_session_for_ten_minutes(settings, clock):
    login = Login(settings, clock)
    state = login.state("s1")
    assert login.fits("s1", state)
    for session, wrong in (("s2", state), ("s1", state[:-1]), ("s1", ""), ("s1", "zzzzzzzz" + state[8:]), ("s1", "é")):
        assert not login.fits(session, wrong)
    clock.moment += timedelta(minutes=11)
    assert not login.fits("s1", state)


@pytest.fixture
async def bot(tmp_path, clock):
    account = SimulatedWeChat(clock=clock, followers={"oMe"})
    fake = FakeWeChat(account)
    settings = Settings(data_dir=tmp_path, public_url="http://bot", **fake.settings())
    app = create_app(settings, clock, wechat_transport=fake.transport())
    async with app.router.lifespan_context(app):
        yield app, account


def browser(app):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot")


async def logged_in(http, account, openid="oMe", **more):
    set_out = await http.get("/wechat/login")
    assert set_out.status_code == 302
    state = parse_qs(urlsplit(set_out.headers["location"]).query)["state"][0]
    back = await http.get("/wechat/login/back", params={"code": account.login(openid, **more), "state": state})
    assert (back.status_code, back.headers["location"]) == (303, "/")
    assert openid not in str(back.headers)


async def consented(http):
    csrf = (await http.post("/api/session")).json()["csrf"]
    await http.post("/api/consent", json={"agreed": True}, headers={"X-CSRF-Token": csrf})


def person(app, channel, value):
    with app.state.services.database.read() as session:
        return people.find(session, channel=channel, value=value)


async def test_who_logs_in_is_one_person_on_both_channels(bot):
    app, account = bot
    async with browser(app) as http:
        await consented(http)
        await logged_in(http, account)
        session_id = app.state.services.sessions.read(http.cookies["xf_session"])
        assert person(app, "wechat", "oMe").id == person(app, "web", session_id).id


async def test_nothing_is_kept_of_who_agreed_to_nothing_or_only_previewed(bot):
    app, account = bot
    async with browser(app) as http:
        await http.post("/api/session")
        await logged_in(http, account)
        assert person(app, "wechat", "oMe") is None
        await consented(http)
        await logged_in(http, account, snapshot=True)
        assert person(app, "wechat", "oMe") is None


async def test_a_way_back_that_did_not_set_out_here_changes_nothing(bot):
    app, account = bot
    async with browser(app) as mine, browser(app) as theirs:
        await consented(mine)
        await consented(theirs)
        set_out = await theirs.get("/wechat/login")
        state = parse_qs(urlsplit(set_out.headers["location"]).query)["state"][0]
        for query in ({"code": account.login("oMe"), "state": state}, {"code": "x"}, {}, {"state": state}):
            assert (await mine.get("/wechat/login/back", params=query)).status_code == 303
        assert person(app, "wechat", "oMe") is None
    async with browser(app) as stranger:
        assert (await stranger.get("/wechat/login")).status_code == 403


def test_the_sdk_signature_of_the_official_example():
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    url = "http://mp.weixin.qq.com?params=value"
    expected = "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
    assert sdk_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url) == expected
    assert sdk_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url + "#here") == expected


async def test_the_sdk_is_signed_for_our_own_pages_only(bot):
    app, account = bot
    async with browser(app) as http:
        signed = (await http.get("/api/wechat/sdk", params={"url": "http://bot/c/x#y"})).json()
        ticket = account.ticket()[0]
        expected = sdk_signature(ticket, signed["nonceStr"], signed["timestamp"], "http://bot/c/x")
        assert signed["signature"] == expected
        assert ticket not in str(signed)
        for url in ("http://bot.evil.example/", "http://other/", "", "//bot/"):
            assert (await http.get("/api/wechat/sdk", params={"url": url})).status_code == 404
        account.allowed = False


async def test_without_an_account_there_is_no_login(tmp_path):
    async with running_bot(tmp_path) as bot:
        assert (await bot.page().http.get("/wechat/login")).status_code == 404


# -- joining -----------------------------------------------------------------------


async def test_two_known_people_become_one_with_all_they_said(tmp_path):
    async with running_bot(tmp_path) as bot:
        page = bot.page()
        await page.start()
        await page.say("公司拖欠工资")
        database = bot.services.database
        session_id = bot.services.sessions.read(page.http.cookies["xf_session"])
        first, second = ("wechat", "oMe"), ("web", session_id)
        with database.write() as session:
            known = people.find_or_create(session, channel="wechat", value="oMe")
            web = people.find(session, channel="web", value=session_id)
            people.record_consent(session, known.id, version=web.consent_version, agreed=True)
            conversation = conversations.current(session, person_id=known.id, channel="wechat")
            said = cards.save_card(
                session, conversation_id=conversation.id, message_id="m1", action="a", body={"conclusion": "x"}
            )
            leases.acquire(session, web.id, "another", 30)
            assert joining.join(session, first=first, second=second) == "busy"
            leases.release(session, web.id, "another")
            assert joining.join(session, first=first, second=second) == "joined"
            assert joining.join(session, first=first, second=second) == "already"
            assert people.find(session, channel="web", value=session_id).id == known.id
            assert cards.card_of_person(session, said, known.id)
        history = await page.history()
        assert [entry["text"] for entry in history if entry["author"] == "person"] == ["公司拖欠工资"]
        await page.say("还有一句")
        assert (await page.forget()).status_code == 200
        with database.read() as session:
            assert people.find(session, channel="wechat", value="oMe") is None
            assert joining.join(session, first=first, second=second) == "nobody"
    assert "channels_joined" in str(audit.Kind)
