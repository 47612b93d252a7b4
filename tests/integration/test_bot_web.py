"""The front door itself: limits, tokens, headers, bad input, pages."""

import json
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import cleaning, limits, rendering
from bot.sessions import Sessions
from service.addresses import client_address
from settings.clock import FixedClock
from tests.fakes.rasa import START, card, running_bot

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


BAD_INPUT = [  # text, whether Rasa is asked, what Rasa reads (None: as typed)
    ("", False, None),
    ("   \n\t ", False, None),
    ("\u200b\u200f\ufeff\x00", False, None),
    ("😀😂👨\u200d👩\u200d👧", False, None),
    ("。。。？？", False, None),
    ("一" * 4001, False, None),
    ("一" * 20_000, False, None),
    ("/restart", True, "／restart"),
    ("//restart", True, "／／restart"),
    (" \x00/restart", True, "／restart"),
    ("@action", True, "＠action"),
    ('/choose{"choice":"faq:x"}', True, '／choose{"choice":"faq:x"}'),
    ("<script>alert(1)</script><![CDATA[x]]>", True, None),
    ("'; DROP TABLE messages; --", True, None),
    ("房東不退押金怎麼辦", True, None),
    ("my boss does not pay me", True, None),
    ("laoban tuoqian gongzi zenme ban", True, None),
    ("工资不发怎么办？还能要赔偿吗？要去哪里告？", True, None),
    ("公司\u0007拖欠\u202e工资", True, "公司拖欠工资"),
    ("1", True, None),
    ("一" * 4000, True, None),
]


async def test_bad_input_is_survived(bot):
    for text, asked, read in BAD_INPUT:
        page = bot.page()
        await page.start()
        bot.rasa.runs.clear()
        answer = await page.say(text)
        assert len(answer["cards"]) == 1, text
        assert [run[1] for run in bot.rasa.runs] == ([read or text] if asked else []), text
        kept = (await page.history())[0]["text"]
        assert kept == cleaning.clean(text), text


async def test_a_lone_surrogate_and_broken_json_are_refused(page):
    headers = {"X-CSRF-Token": page.csrf, "content-type": "application/json"}
    for body in (b'{"text": "\\ud800", "client_id": "12345678"}', b"{", b"[]", b'{"text": 1, "client_id": "12345678"}'):
        response = await page.http.post("/api/messages", content=body, headers=headers)
        assert response.status_code in (200, 422)
        if response.status_code == 422:
            assert response.json()["error"]["code"] == "invalid"


MALFORMED = [
    {},
    {"text": "x"},
    {"text": "x", "client_id": "1"},
    {"text": "x", "choice": "c", "card": "d", "client_id": "12345678"},
    {"choice": "c", "client_id": "12345678"},
    {"text": "x", "client_id": "12345678", "payload": "/restart"},
]


async def test_malformed_messages_are_refused_without_an_echo(bot, page):
    for body in MALFORMED:
        response = await page.post("/api/messages", body)
        assert response.status_code == 422, body
        assert set(response.json()["error"]) == {"code", "message", "request_id"}
    assert bot.rasa.runs == []


async def test_too_large_a_body(page):
    big = json.dumps({"text": "x" * 70_000, "client_id": "12345678"}).encode()
    headers = {"X-CSRF-Token": page.csrf, "content-type": "application/json"}
    assert (await page.http.post("/api/messages", content=big, headers=headers)).status_code == 413

    async def pieces():
        for _ in range(70):
            yield b" " * 1024

    assert (await page.http.post("/api/messages", content=pieces(), headers=headers)).status_code == 413


async def test_csrf_and_cookies(bot, page):
    ours = page.csrf
    for wrong in ("", "x", ours[:-1]):
        page.csrf = wrong
        assert (await page.send("你好")).json()["error"]["code"] == "csrf"
        assert (await page.forget()).status_code == 403
    stranger = bot.page()
    await stranger.start(consent=False)
    page.csrf = stranger.csrf  # bound to the session it was made for
    assert (await page.send("你好")).status_code == 403
    nobody = bot.page(cookies={"xf_session": "0" * 32 + "." + "0" * 43})
    nobody.csrf = ours
    assert (await nobody.send("你好")).json()["error"]["code"] == "session_required"
    cookie = (await bot.page().http.post("/api/session")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert bot.rasa.runs == []


async def test_consent_is_needed_and_can_be_withdrawn(bot):
    page = bot.page()
    session = await page.start(consent=False)
    assert session["consented"] is False
    assert set(session["notice"]) == {"version", "title", "paragraphs"}
    assert (await page.send("工资")).json()["error"]["code"] == "consent_required"
    await page.post("/api/consent", {"agreed": True})
    again = await page.start(consent=False)
    assert again["consented"] is True
    assert (await page.say("工资"))["cards"]
    await page.post("/api/consent", {"agreed": False})
    assert (await page.send("工资")).status_code == 403


async def test_rate_limit_per_session_and_address(tmp_path):
    async with running_bot(tmp_path, rate_per_minute=5) as bot:
        page = bot.page()
        await page.start()
        statuses = [(await page.send("你好啊")).status_code for _ in range(6)]
        assert statuses == [200] * 4 + [429] * 2  # the consent was one
        refused = await page.send("你好啊")
        assert refused.json()["error"]["code"] == "too_fast"
        assert int(refused.headers["retry-after"]) == 12
        bot.clock.moment += timedelta(seconds=12)
        assert (await page.send("你好啊")).status_code == 200
        made = [(await bot.page().http.post("/api/session")).status_code for _ in range(6)]
        assert made.count(429) >= 1


def test_buckets_stay_bounded(monkeypatch):
    monkeypatch.setattr(limits, "MOST_BUCKETS", 100)
    buckets = limits.Buckets(10, FixedClock(START))
    for n in range(1000):
        assert buckets.take(str(n)) == 0
    assert len(buckets._buckets) <= 100


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("1.1.1.1", "9.9.9.9", 0, "1.1.1.1"),
        ("127.0.0.1", "9.9.9.9, 8.8.8.8", 1, "8.8.8.8"),
        ("127.0.0.1", "9.9.9.9, 8.8.8.8", 2, "9.9.9.9"),
        ("127.0.0.1", "8.8.8.8", 5, "8.8.8.8"),
        ("127.0.0.1", "nonsense", 1, "127.0.0.1"),
        ("127.0.0.1", None, 1, "127.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", None, 0, "2001:db8:1:2::"),
    ],
)
def test_client_address(peer, forwarded, proxies, address):
    assert client_address(peer, forwarded, proxies) == address


async def test_headers_ids_and_unknown_pages(bot):
    page = bot.page()
    response = await page.http.get("/nowhere")
    assert response.status_code == 404
    assert response.json()["error"]["request_id"] == response.headers["x-request-id"]
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert (await page.http.put("/api/messages")).json()["error"]["code"] == "method"
    assert "/api/messages" in (await page.http.get("/openapi.json")).json()["paths"]


async def test_metrics_only_for_this_machine(bot, page):
    await page.say("你好啊")
    text = (await page.http.get("/metrics")).text
    assert 'xiaofa_messages_total{status="answered"} 1.0' in text
    assert "xiaofa_message_seconds_bucket" in text
    assert (await page.http.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"})).status_code == 404


async def test_the_page_and_its_files(bot):
    http = bot.page().http
    html = await http.get("/")
    assert html.headers["content-type"].startswith("text/html")
    assert html.headers["content-encoding"] == "gzip"
    assert html.headers["cache-control"] == "no-cache"
    again = await http.get("/", headers={"if-none-match": html.headers["etag"]})
    assert again.status_code == 304
    address = re.search(r"/static/[0-9a-f]{12}/chat\.js", html.text)
    script = await http.get(address.group())
    assert "immutable" in script.headers["cache-control"]
    assert (await http.get("/static/chat.js")).headers["cache-control"] == "no-cache"
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/none.js", "/static/000000000000/chat.js"):
        assert (await http.get(path)).status_code == 404


async def test_a_broken_request_says_nothing_of_its_contents(bot, page, monkeypatch, capsys):
    async def broken(incoming):
        raise RuntimeError(f"secret {incoming.text}")

    monkeypatch.setattr(bot.services.router, "submit", broken)
    response = await page.send("机密话语")
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal"
    out = capsys.readouterr()
    assert "机密" not in out.out + out.err + response.text


@given(st.text(max_size=200))
def test_cleaning_is_stable_and_never_a_command(text):
    once = cleaning.clean(text)
    assert cleaning.clean(once) == once
    once.encode()
    sent = cleaning.for_rasa(once)
    assert not sent.startswith(("/", "@"))
    assert len(sent) == len(once)


@given(st.text(min_size=1, max_size=600))
def test_text_replies_always_fit_a_card(text):
    body = rendering.notice_from_text(text)
    assert len(body["conclusion"]) <= 120
    kept = "".join((body["conclusion"] + "".join(body["steps"])).split())
    assert kept == "".join(text.split())


def test_payloads_never_leave():
    shown = rendering.public({**card("x", choices=[("a", "b", "/secret")]), "id": "c_1"})
    assert "secret" not in json.dumps(shown)


@given(st.text(max_size=80))
def test_forged_cookies_are_refused(forged):
    sessions = Sessions(KEY)
    assert sessions.read(forged) is None
    assert sessions.read(sessions.cookie("abc")) == "abc"
