"""The API client and the shared access token, against the simulated WeChat."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.channels.wechat import client as wechat
from bot.channels.wechat import errors, http
from bot.channels.wechat.token import TokenStore
from cases import leases, tokens
from cases.database import Database
from settings import Settings
from settings.clock import FixedClock
from tests.fakes.empty import empty_database
from tests.fakes.wechat import FakeWeChat, Fault, SimulatedWeChat, running_wechat

ME = "oSomebody"
SEND = "/cgi-bin/message/custom/send"
TOKEN = "/cgi-bin/stable_token"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(http, "BACK_OFF", (0.0, 0.0))
    monkeypatch.setattr("bot.channels.wechat.token.LOOK_SECONDS", 0.01)


@pytest.fixture
def clock():
    return FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))


@pytest.fixture
def account(clock):
    account = SimulatedWeChat(clock=clock, followers={ME})
    account.acted(ME, "message")
    return account


@pytest.fixture
def settings(account, tmp_path):
    return Settings(data_dir=tmp_path, **FakeWeChat(account).settings())


@pytest.fixture
def database(settings, clock):
    empty_database(settings.data_dir / "xiaofa.db")
    database = Database(settings.database, secrets=settings.secrets, clock=clock)
    yield database
    database.close()


@pytest.fixture
async def client(account, settings, database):
    client = wechat.open_client(settings, database, FakeWeChat(account).transport())
    yield client
    await client.close()


def counted(account):
    return account.calls[TOKEN], account.calls[SEND]


# -- messages ----------------------------------------------------------------------


async def test_a_text_arrives_as_raw_utf8_with_the_label_of_generated_content(client, account):
    await client.send_text(ME, '工资😀 "]]>" \ud800完')
    await client.send_text(ME, "律师：您好", generated=False)
    assert account.seen_by(ME) == ['工资😀 "]]>" 完', "律师：您好"]
    assert account.shown[0].body["aimsgcontext"] == {"is_ai_msg": 1}
    assert "aimsgcontext" not in account.shown[1].body


@pytest.mark.parametrize("kind", errors.KINDS)
async def test_every_code_of_the_table_becomes_its_error(client, account, kind):
    for code in errors.KINDS[kind]:
        account.fault(SEND, Fault(code=code, times=1 if kind is not wechat.TokenError else 2))
        with pytest.raises(kind) as caught:
            await client.send_text(ME, "x")
        assert caught.value.code in (code, 40001)
    assert account.shown == []


async def test_a_code_nobody_knows_is_a_plain_error(client, account):
    account.fault(SEND, Fault(code=47001))
    with pytest.raises(wechat.WeChatError) as caught:
        await client.send_text(ME, "x")
    assert type(caught.value) is wechat.WeChatError


async def test_quota_and_window_are_told_apart(client, account, clock):
    for _ in range(5):
        await client.send_text(ME, "x")
    with pytest.raises(wechat.QuotaError):
        await client.send_text(ME, "x")
    clock.moment += timedelta(hours=49)
    with pytest.raises(wechat.OutOfWindowError):
        await client.send_text(ME, "x")
    with pytest.raises(wechat.BlockedError):
        await client.send_text("oStranger", "x")


@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(status=200), Fault(code=-1), Fault(status=502, accept=True)]
)
async def test_a_send_whose_outcome_is_unknown_is_not_repeated_here(client, account, fault):
    account.fault(SEND, fault)
    with pytest.raises(wechat.UncertainError):
        await client.send_text(ME, "x")
    assert account.calls[SEND] == 1
    assert len(account.shown) == (1 if fault.accept else 0)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.ReadTimeout, wechat.UncertainError),
        (httpx.RemoteProtocolError, wechat.UncertainError),
        (httpx.ConnectError, wechat.AwayError),
        (httpx.ConnectTimeout, wechat.AwayError),
    ],
)
async def test_only_what_never_left_is_certain(settings, database, raised, expected):
    def transport(request):
        if request.url.path == TOKEN:
            return httpx.Response(200, json={"access_token": "secret-token", "expires_in": 7200})
        raise raised("secret-token")

    client = wechat.open_client(settings, database, httpx.MockTransport(transport))
    with pytest.raises(expected) as caught:
        await client.send_text(ME, "x")
    assert "secret-token" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_a_time_out_after_accepting_is_unknown_and_seen_once(tmp_path, monkeypatch):
    monkeypatch.setattr(http, "TIMEOUTS", httpx.Timeout(0.3))
    async with running_wechat() as fake:
        fake.account.followers.add(ME)
        fake.account.acted(ME, "message")
        settings = Settings(data_dir=tmp_path, **fake.settings())
        empty_database(tmp_path / "xiaofa.db")
        database = Database(settings.database, secrets=settings.secrets)
        client = wechat.open_client(settings, database)
        await client.send_text(ME, "一")
        fake.account.fault(SEND, Fault(hang=1.0, accept=True))
        with pytest.raises(wechat.UncertainError):
            await client.send_text(ME, "二")
        assert fake.account.seen_by(ME) == ["一", "二"]
        fake.account.tokens.kill()
        fake.account.fault(TOKEN, Fault(hang=1.0, times=None))
        with pytest.raises(wechat.AwayError):
            await client.send_text(ME, "三")
        assert fake.account.calls[TOKEN] == 4  # the first, and three tries
        await client.close()
        database.close()


async def test_typing_never_raises(client, account):
    await client.typing(ME)
    account.fault("/cgi-bin/message/custom/typing", Fault(code=45081))
    await client.typing(ME)
    assert account.typing == [ME]


async def test_a_notice_keeps_within_the_lengths(client, account):
    account.templates.add("T1")
    await client.notify(ME, "T1", {"thing1": "您的咨询已有回复" * 4, "phrase2": "已回复"}, "https://x.example/c/1")
    body = account.shown[0].body
    assert len(body["data"]["thing1"]["value"]) == 20
    assert body["url"] == "https://x.example/c/1"
    with pytest.raises(wechat.BlockedError):
        await client.notify(ME, "T1", {"thing1": "x"}, None, subscription=True)
    account.accepted.add((ME, "T1"))
    await client.notify(ME, "T1", {"thing1": "x"}, None, subscription=True)
    with pytest.raises(wechat.WeChatError):
        await client.notify(ME, "unknown", {"thing1": "x"}, None)


# -- the account -------------------------------------------------------------------


async def test_menu_and_qr_are_repeated_while_wechat_is_busy(client, account):
    menu = {"button": [{"name": "问法律", "type": "click", "key": "ask"}]}
    account.fault("/cgi-bin/menu/create", Fault(code=-1, times=2))
    await client.push_menu(menu)
    assert (await client.current_menu())["menu"]["button"] == menu["button"]
    qr = await client.qr_scene("street_minzhi", permanent=False)
    assert account.scene_of(qr.ticket) == "street_minzhi"
    assert (await client.qr_picture(qr)).startswith(b"\x89PNG")
    assert account.scene_of((await client.qr_scene("vstation", permanent=True)).ticket) == "vstation"


async def test_a_picture_is_fetched_with_a_renewed_token_and_refusals_are_named(client, account):
    account.pictures["m1"] = b"\x89PNG\r\n\x1a\n"
    await client._tokens.get()
    account.tokens.kill()
    assert await client.picture("m1") == account.pictures["m1"]
    with pytest.raises(wechat.WeChatError) as gone:
        await client.picture("expired")
    assert gone.value.code == 40007
    account.voices["v1"] = b"#!AMR"
    assert await client.voice("v1") == b"#!AMR"
    for wrong in (client.picture("v1"), client.voice("m1")):
        with pytest.raises(wechat.WeChatError):
            await wrong
    account.fault("/cgi-bin/media/get", Fault(status=200))
    with pytest.raises(wechat.WeChatError):
        await client.picture("m1")


async def test_who_came_back_from_the_login_page(client, account):
    assert await client.openid_of(account.login(ME)) == ME
    assert await client.openid_of(account.login(ME, snapshot=True)) is None
    with pytest.raises(wechat.WeChatError):
        await client.openid_of("used")


async def test_the_ticket_is_shared_too(client, account, database):
    assert await client.ticket(database).get() == await client.ticket(database).get() == account.ticket()[0]
    assert account.calls["/cgi-bin/ticket/getticket"] == 1


# -- the token ---------------------------------------------------------------------


async def test_ten_processes_fetch_once_a_period(account, settings, clock):
    empty_database(settings.data_dir / "xiaofa.db")
    opened = [Database(settings.database, secrets=settings.secrets, clock=clock) for _ in range(10)]
    clients = [wechat.open_client(settings, each, FakeWeChat(account).transport()) for each in opened]
    for period in range(1, 4):
        stores = [client._tokens for client in clients]
        assert len(set(await asyncio.gather(*(store.get() for store in stores)))) <= 2  # old and new overlap
        assert account.calls[TOKEN] == period
        clock.moment += timedelta(seconds=6901)
    for client, each in zip(clients, opened, strict=True):
        await client.close()
        each.close()


async def test_old_and_new_overlap_while_another_process_fetches(client, account, clock, database):
    first = await client._tokens.get()
    clock.moment += timedelta(seconds=6950)
    with database.write() as session:
        leases.acquire(session, client._tokens._name, "another process", 30)
    assert await client._tokens.get() == first
    assert account.calls[TOKEN] == 1


async def test_a_token_that_is_still_good_serves_while_none_can_be_fetched(client, account, clock):
    first = await client._tokens.get()
    clock.moment += timedelta(seconds=6950)
    account.fault(TOKEN, Fault(status=500, times=None))
    assert await client._tokens.get() == first
    clock.moment += timedelta(seconds=251)
    with pytest.raises(wechat.AwayError):
        await client._tokens.get()
    account.mend()
    assert await client._tokens.get() != first


@pytest.mark.parametrize("body", ["{}", "[]", '{"access_token": "x"}', "null", '{"errcode": "odd"}'])
async def test_an_answer_of_another_shape_is_an_error_and_lets_the_next_one_try(settings, database, account, body):
    odd = wechat.open_client(settings, database, httpx.MockTransport(lambda request: httpx.Response(200, text=body)))
    with pytest.raises(wechat.WeChatError):
        await odd.send_text(ME, "x")
    fine = wechat.open_client(settings, database, FakeWeChat(account).transport())
    await fine.send_text(ME, "x")


async def test_a_token_killed_mid_run_is_replaced_once_for_all(client, account):
    await client.send_text(ME, "1")
    account.tokens.kill()
    await asyncio.gather(*(client.send_text(ME, str(n)) for n in range(2, 5)))
    assert sorted(account.seen_by(ME)) == ["1", "2", "3", "4"]
    assert account.calls[TOKEN] == 2


async def test_a_token_refused_for_ever_costs_three_calls_at_most(client, account):
    account.fault(SEND, Fault(code=40001, times=None))
    await client._tokens.get()
    account.calls.clear()
    with pytest.raises(wechat.TokenError):
        await client.send_text(ME, "x")
    assert sum(account.calls.values()) <= 3
    account.tokens.kill()
    with pytest.raises(wechat.TokenError):
        await client.send_text(ME, "x")
    assert counted(account)[1] <= 3


async def test_a_hanging_token_server_ends_by_itself_and_lets_others_try(settings, database, account):
    slow = httpx.Timeout(0.05)
    fake = FakeWeChat(account)
    account.fault(TOKEN, Fault(hang=5.0, times=None))
    api = httpx.AsyncClient(transport=httpx.MockTransport(_hang), base_url="http://wechat.test", timeout=slow)
    with pytest.raises(wechat.AwayError):
        await TokenStore(settings, database, api).get()
    account.mend()
    working = http.open_http("http://wechat.test", fake.transport())
    assert await TokenStore(settings, database, working).get()


async def _hang(request):
    raise httpx.ReadTimeout("")


async def test_configuration_errors_are_not_retried(client, account):
    account.allowed = False
    with pytest.raises(wechat.ConfigurationError):
        await client.send_text(ME, "x")
    assert sum(account.calls.values()) == 1


async def test_the_token_is_encrypted_at_rest_and_long_ones_fit(client, database, account, settings):
    value = await client._tokens.get()
    assert value.encode() not in (settings.data_dir / "xiaofa.db").read_bytes()
    with database.write() as session:
        leases.acquire(session, "x", "me", 30)
        tokens.put(session, "x", tokens.Token("t" * 600, session.now))
        assert tokens.get(session, "x").value == "t" * 600
        tokens.drop(session, "x")
        assert tokens.get(session, "x") is None


async def test_nothing_secret_is_logged(client, account, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    value = await client._tokens.get()
    await client.send_text(ME, "拖欠工资")
    account.tokens.kill()
    account.fault(SEND, Fault(status=500, times=1))
    with pytest.raises(wechat.UncertainError):
        await client.send_text(ME, "拖欠工资")
    account.allowed = False
    with pytest.raises(wechat.ConfigurationError):
        await client.openid_of("the-code")
    said = caplog.text + "".join(capsys.readouterr())
    for secret in (value, account.app_secret, account.token, account.aes_key, ME, "拖欠工资", "the-code"):
        assert secret not in said
