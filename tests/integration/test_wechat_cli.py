"""`xiaofa wechat`: the menu's data, what the doctor finds, and the local WeChat in the terminal."""

import io
import socket

import httpx
import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from bot.channels.wechat import menus
from bot.channels.wechat.answers import ASK, FORGET
from bot.channels.wechat.client import WeChatError, open_client
from bot.channels.wechat.errors import KINDS, of
from bot.channels.wechat.texts import MENU
from cases import tokens
from cases.database import Database
from settings import Settings
from settings.clock import FixedClock
from tests.fakes.rasa import START, card
from tests.fakes.wechat import FakeWeChat, Fault, SimulatedWeChat
from tests.fakes.wechat_bot import CALLBACK, wechat_bot
from xiaofa.cli import app
from xiaofa.wechat import commands, doctor, local
from xiaofa.wechat.advice import advice
from xiaofa.wechat.simulator.menus import menu_error
from xiaofa.wechat.terminal import Terminal, typed_lines

# -- menu --------------------------------------------------------------------------


@pytest.mark.parametrize("public_url", ["", "https://xiaofa.example/"])
def test_the_menu_keeps_wechats_limits_and_every_key_is_understood(public_url):
    body = menus.menu(public_url)
    assert menu_error(body) == 0
    leaves = [leaf for button in body["button"] for leaf in button["sub_button"]]
    for leaf in leaves:
        if leaf["type"] == "click":
            key = leaf["key"]
            assert key.startswith(ASK) or key in (FORGET, *MENU), key
        else:
            assert leaf["url"].startswith("https://xiaofa.example/")
    assert any(leaf["type"] == "view" for leaf in leaves) == bool(public_url)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "- {name: 六个汉字太长, items: [{name: a, key: b}]}",
        "- {name: 问, items: [{name: a}]}",
        "- {name: 问, items: [{name: a, key: b, url: 'https://x'}]}",
        "- {name: 问, items: []}",
        f"- {{name: 问, items: [{{name: a, key: {'k' * 129}}}]}}",
    ],
)
def test_a_menu_that_wechat_would_refuse_never_leaves(tmp_path, text):
    file = tmp_path / "menu.yml"
    file.write_text(text, "utf-8")
    with pytest.raises(ValidationError):
        menus.menu("", file)


# -- commands ----------------------------------------------------------------------


def run(monkeypatch, settings, *words):
    monkeypatch.setattr(commands, "get_settings", lambda: settings)
    return CliRunner().invoke(app, ["wechat", *words])


@pytest.fixture
def account():
    return SimulatedWeChat()


@pytest.fixture
def settings(tmp_path, account):
    return Settings(
        data_dir=tmp_path, public_url="https://xiaofa.example", operator="某某中心", **FakeWeChat(account).settings()
    )


@pytest.fixture
def connected(monkeypatch, account):
    """The commands' client reaches the simulated WeChat."""
    transport = FakeWeChat(account).transport()
    monkeypatch.setattr(commands, "open_client", lambda now, database: open_client(now, database, transport))


def test_the_menu_is_pushed(monkeypatch, settings, account, connected):
    assert run(monkeypatch, settings, "menu", "push", "--dry-run").exit_code == 0
    assert account.menu is None
    assert run(monkeypatch, settings, "menu", "push").exit_code == 0
    assert account.menu["button"] == menus.menu(settings.public_url)["button"]


def test_a_qr_code_is_saved(monkeypatch, settings, account, connected, tmp_path):
    out = tmp_path / "码.png"
    done = run(monkeypatch, settings, "qr", "street-minzhi", "--permanent", "--out", str(out))
    assert done.exit_code == 0
    assert "街道的码" in done.output
    assert out.read_bytes().startswith(b"\x89PNG")
    assert list(account._scenes.values()) == ["street-minzhi"]


def test_what_the_operator_must_mend_is_said_without_a_traceback(monkeypatch, settings, account, connected):
    account.allowed = False
    done = run(monkeypatch, settings, "menu", "push")
    assert isinstance(done.exception, commands.OffError)
    assert "IP 白名单" in str(done.exception)
    assert isinstance(run(monkeypatch, settings, "qr", "x" * 65).exception, commands.OffError)
    bare = Settings(data_dir=settings.data_dir)
    assert isinstance(run(monkeypatch, bare, "menu", "push").exception, commands.OffError)
    assert isinstance(run(monkeypatch, bare, "simulate").exception, commands.OffError)


@pytest.mark.parametrize("code", [code for codes in KINDS.values() for code in codes] + [0, 99999])
def test_every_error_has_advice_and_no_two_meanings(code):
    assert len(advice(of(code, "words"))) > 8
    assert "words" in advice(of(code, "words"))


def test_the_address_for_the_whitelist_is_named():
    error = of(40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist")
    assert "加上 203.0.113.7" in advice(error)


# -- doctor ------------------------------------------------------------------------


def states(findings):
    return [finding.state for finding in findings]


def test_the_doctor_reads_the_settings(tmp_path, settings):
    assert states(doctor.settings(Settings(data_dir=tmp_path))) == ["bad"]
    assert set(states(doctor.settings(settings))) == {"good"}
    odd = {"wechat_app_id": "gh_1", "public_url": "http://x", "wechat_mode": "plain", "operator": ""}
    assert states(doctor.settings(settings.model_copy(update=odd))) == ["good", "note", "note", "note", "note"]


async def test_the_doctor_shakes_hands_with_the_bot(tmp_path):
    async with wechat_bot(tmp_path) as it:
        now, transport = it.bot.services.settings, httpx.ASGITransport(it.bot.app)
        assert states(await doctor.callback(now, transport)) == ["good"]
        both = now.model_copy(update={"public_url": "https://xiaofa.example"})
        assert states(await doctor.callback(both, transport)) == ["good", "good"]
        other = Settings(data_dir=tmp_path, wechat_app_id="wx1", wechat_token="other", wechat_mode="plain")
        (found,) = await doctor.callback(other, transport)
        assert (found.state, "Token" in found.remedy) == ("bad", True)

    async def nothing(request):
        return httpx.Response(404)

    (found,) = await doctor.callback(now, httpx.MockTransport(nothing))
    assert found.state == "bad"

    async def away(request):
        raise httpx.ConnectError("")

    (found,) = await doctor.callback(now, httpx.MockTransport(away))
    assert "连不上" in found.what


async def test_the_doctor_asks_wechat(settings, account):
    database = Database(settings.database, secrets=settings.secrets)
    database.migrate()
    client = open_client(settings, database, FakeWeChat(account).transport())
    found = await doctor.account(settings, client)
    assert states(found) == ["good", "good", "note"]  # no menu yet
    await client.push_menu(menus.menu(settings.public_url))
    assert states(await doctor.account(settings, client)) == ["good", "good", "good"]
    assert account.shown == []
    account.customer_service = False
    assert states(await doctor.account(settings, client))[1] == "bad"
    passive = settings.model_copy(update={"wechat_customer_service": False})
    assert states(await doctor.account(passive, client))[1] == "note"
    account.fault("/cgi-bin/menu/get", Fault(code=-1, times=3))
    assert states(await doctor.account(passive, client))[2] == "note"
    with database.write() as session:
        tokens.drop(session, f"wechat:{settings.wechat_app_id}:token")
    account.allowed = False
    (found,) = await doctor.account(settings, client)
    assert "IP 白名单" in found.remedy
    await client.close()
    database.close()


# -- simulate ----------------------------------------------------------------------


async def lines_of(*lines):
    for line in lines:
        yield line + "\n"


@pytest.fixture
async def it(tmp_path):
    async with wechat_bot(tmp_path) as it:
        yield it


async def played(it, *lines, wire=False):
    said = []
    await Terminal(it.wechat.account, it.phone, said.append, wire=wire).run(lines_of(*lines))
    return "\n".join(said)


async def test_a_whole_conversation_in_the_terminal(it):
    it.rasa.next_card = card("先存证据，再投诉。", choices=[("c1", "说说我的情况", "/choose{}")])
    seen = await played(
        it, "/follow street-minzhi", "同意", "公司拖欠工资", "/tap 1", "/quota", "/help", "/quit", "不会发"
    )
    assert "您扫的是街道的码" in seen
    assert "先存证据，再投诉。" in seen
    assert "〔说说我的情况〕" in seen
    assert "weixin://" not in seen
    assert it.rasa.runs[-1][1] == "/choose{}"
    assert "还能主动发" in seen
    assert all(run[1] != "不会发" for run in it.rasa.runs)


async def test_every_action_reaches_the_bot_and_slips_are_forgiven(it):
    seen = await played(
        it, "同意", "/voice", "/image", "/location", "/menu", "/scan vstation-1", "/unfollow", "/badtoken", "/person 乙",
        "/tap", "/tap 9", "/tap x", "/dance", "/scan", "你好", wire=True,
    )  # fmt: skip
    for words in (
        "听不懂语音",
        "图片我看不懂",
        "只用了这一次，没有保存",
        "还没有菜单",
        "V 站的码",
        "现在是 乙",
        "没有这个动作",
    ):
        assert words in seen
    assert seen.count("还缺内容") == 4
    assert "第 1 次推送：replied" in seen
    assert it.person("oTerminal") is None  # unfollowed: forgotten


async def test_the_menu_can_be_tapped(it):
    it.wechat.account.menu = menus.menu("https://xiaofa.example")
    seen = await played(it, "同意", "/menu", "/menu 1 1", "/menu 3 2", "/menu 3 3", "/menu 9 9", "/menu a b")
    assert "1 居民问法：1.公司拖欠工资" in seen
    assert it.rasa.runs[-1][1] == "公司拖欠我的工资，怎么要回来？"
    assert "12348" in seen
    assert "打开网页：https://xiaofa.example/" in seen
    assert seen.count("还缺内容") == 2


async def test_lines_come_until_the_input_ends():
    assert [line async for line in typed_lines(io.StringIO("一\n二\n").readline)] == ["一\n", "二\n"]


def test_only_a_wechat_on_this_machine_is_simulated(tmp_path, settings):
    assert not local.fits(Settings(data_dir=tmp_path))
    real = settings.model_copy(update={"wechat_api_base": "https://api.weixin.qq.com"})
    assert not local.fits(real)
    names = {name.removeprefix("XIAOFA_").lower(): value for name, value in local.environment(settings).items()}
    assert local.fits(Settings(data_dir=tmp_path, **names))


async def test_the_simulated_wechat_serves_its_api_and_types_to_the_bot(tmp_path, monkeypatch, capsys):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    account = SimulatedWeChat(clock=FixedClock(START))
    base = FakeWeChat(account).settings() | {"wechat_api_base": f"http://127.0.0.1:{port}"}
    now = Settings(data_dir=tmp_path, **base)
    monkeypatch.setattr("sys.stdin", io.StringIO("您好\n"))
    await local.play(now, "http://127.0.0.1:9/wechat", patience=0.2, wire=True, wait=0)
    said = capsys.readouterr().out
    assert "第 3 次推送：closed" in said
    assert "出现故障" in said
    assert CALLBACK.endswith("/wechat")


def test_an_error_keeps_its_code_and_words():
    error = of(45047, "x")
    assert isinstance(error, WeChatError)
    assert str(error) == "45047: x"
