"""Park, daily article, quiz and lectures as pages: verbatim articles, honest gaps, nothing stored but a registration."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from sqlalchemy import func, select

import bot.park
import bot.quiz
from cases import erasure, people, registrations
from cases.schema import metadata
from knowledge.lectures import LectureSession, load_lectures
from knowledge.park import load_spots
from service.lectures import WrongFieldError, as_csv, read
from tests.fakes.popular import BANK, DAYS
from tests.fakes.rasa import Bot, running_bot

WORDS = "从建筑物中抛掷物品"
GOOD = {"name": "王女士", "phone": "138 0013-8000", "company": "好运来电子厂", "heads": "2", "agreed": "1"}


def statute(request: httpx.Request) -> httpx.Response:
    asked = json.loads(request.content)
    if asked["law"] == "没有的法":
        return httpx.Response(404, json={})
    label = f"《{asked['law']}》{asked['article']}"
    return httpx.Response(
        200, json={"label": label, "text": f"禁止{WORDS}。", "in_force_since": "2021-01-01", "source": "x"}
    )


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setattr(bot.quiz, "load_bank", lambda: BANK)
    monkeypatch.setattr(bot.park, "load_daily", lambda: DAYS)
    async with running_bot(tmp_path, actions=statute) as running:
        yield running


@pytest.fixture
def http(server: Bot) -> httpx.AsyncClient:
    return server.page().http


async def test_every_spot_has_its_page(http: httpx.AsyncClient) -> None:
    index = (await http.get("/park")).text
    assert "没有核实到" in index and "不代表公园里立着" in index
    for number, spot in enumerate(load_spots().values()):
        assert f'href="/park/{spot.id}"' in index
        if number % 6:
            continue  # all of them: tests/stack/test_popular.py
        page = await http.get(f"/park/{spot.id}")
        assert page.status_code == 200 and spot.story in page.text and WORDS in page.text and spot.meaning in page.text
        assert "/#ask=" in page.text and "style=" not in page.text


async def test_the_question_of_a_spot_is_answered_without_a_script(http: httpx.AsyncClient) -> None:
    spot = load_spots()["falling-object"]
    asked = (await http.get(f"/park/{spot.id}")).text
    assert spot.ask.reply not in asked and f"pick={spot.ask.answer}" in asked
    right = (await http.get(f"/park/{spot.id}?pick={spot.ask.answer}")).text
    wrong = (await http.get(f"/park/{spot.id}?pick={1 - spot.ask.answer}")).text
    assert "答对了" in right and "再想想" in wrong and spot.ask.reply in right and spot.ask.reply in wrong
    assert spot.ask.reply not in (await http.get(f"/park/{spot.id}?pick=8")).text


@pytest.mark.parametrize("path", ["/park/nowhere", "/park/../x", "/daily/13-40", "/daily/06-06", "/lectures/nowhere"])
async def test_what_is_not_there(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404


async def test_the_day_in_shenzhen_decides(server: Bot, http: httpx.AsyncClient) -> None:
    assert "今日一条 · 11月23日" in (await http.get("/daily")).text
    server.clock.moment += timedelta(hours=14)  # 16:00 in London is tomorrow in Shenzhen
    page = (await http.get("/daily")).text
    assert "今日一条 · 11月24日" in page and 'href="/daily/11-23"' in page
    assert "每日一条 · 1月1日" in (await http.get("/daily/01-01")).text
    assert (await http.get("/daily/02-29")).headers["location"] == "/daily/02-28"
    assert (await http.get("/daily/month/11")).text.count('class="choice"') == 3
    assert "还在上班，公司拖欠工资" in unquote(page)  # the question of the FAQ that fits


async def test_an_article_that_cannot_be_had_is_named_and_not_made_up(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as alone:  # no action server
        page = (await alone.page().http.get("/park/falling-object")).text
    assert "《民法典》第一千二百五十四条" in page and "暂时取不到条文原文" in page and WORDS not in page


async def begin(http: httpx.AsyncClient, query: str = "") -> str:
    started = await http.get(f"/quiz/play{query}")
    assert started.status_code == 303
    return str(started.headers["location"])


async def test_a_round_on_the_web_to_the_picture(http: httpx.AsyncClient) -> None:
    at = await begin(http, "?topic=labour")
    for number in range(1, 8):
        asked = (await http.get(at)).text
        assert f"第 {number} 题，共 7 题" in asked and "劳动与社保" in asked
        option = 0 if number == 1 else 1
        verdict = await http.get(f"{at}&pick={option}")
        assert ("这题答错了" if number == 1 else "答对了") in verdict.text and WORDS in verdict.text
        assert f'data-quiz-right="{option}"' in verdict.text and 'data-quiz-question="labour.' in verdict.text
        assert verdict.headers["cache-control"] == "no-store"
        at = re.search(r'href="(/quiz/play\?r=[^"]+)"', verdict.text)[1].replace("&amp;", "&")
    result = (await http.get(at)).text
    assert "答了 7 题，对了 6 题，最长连对 6 题" in result and "应当及时足额支付" in result
    picture = await http.get(re.search(r'src="(/quiz/card/[^"]+\.png)"', result)[1])
    assert picture.headers["content-type"] == "image/png" and picture.content[:4] == b"\x89PNG"
    assert (
        "第 1 题，共 1 题"
        in (await http.get(await begin(http, re.search(r'href="/quiz/play(\?wrong=[^"]+)"', result)[1]))).text
    )


async def test_a_round_changed_by_hand_is_refused(http: httpx.AsyncClient) -> None:
    at = await begin(http)
    for broken in (at[:-1], at.replace("a%3D0", "a%3D1"), "/quiz/play?r=x"):
        page = await http.get(broken)
        assert page.status_code == 404 and "接不上" in page.text
    assert (await http.get("/quiz/card/10_10_10_20261123-forged.png")).status_code == 404
    assert (await begin(http, "?topic=nowhere")).startswith("/quiz?none")
    assert (await http.get("/quiz/play?pick=x")).status_code == 422


async def test_playing_and_reading_store_nothing(server: Bot, http: httpx.AsyncClient) -> None:
    at = await begin(http)
    for path in (
        "/park",
        "/park/privacy?pick=1",
        "/daily",
        "/quiz",
        at,
        f"{at}&pick=1",
        "/lectures",
        "/lectures/hiring",
    ):
        assert not (await http.get(path)).cookies
    with server.services.database.read() as session:
        for table in metadata.sorted_tables:
            if table.name not in ("jobs", "leases"):
                assert session.scalar(select(func.count()).select_from(table)) == 0, table.name


# -- lectures ---------------------------------------------------------------------------


async def form(http: httpx.AsyncClient, lecture: str = "hiring") -> dict[str, str]:
    page = (await http.get(f"/lectures/{lecture}")).text
    return {**GOOD, "key": re.search(r'name="key" value="([^"]+)"', page)[1]}


async def test_a_lecture_says_what_is_not_fixed(http: httpx.AsyncClient) -> None:
    page = (await http.get("/lectures/hiring")).text
    assert "时间地点还没定" in page and WORDS in page
    assert (await http.get("/lectures")).text.count("时间地点还没定") == len(load_lectures())


async def test_registering_is_sealed_seen_and_deleted(server: Bot, http: httpx.AsyncClient, tmp_path: Path) -> None:
    filled = await form(http)
    done = await http.post("/lectures/hiring", data=filled)
    assert done.status_code == 303
    mine = done.headers["location"]
    again = await http.post("/lectures/hiring", data={**filled, "name": "别人"})
    assert again.headers["location"] == mine  # the same form twice is one registration
    page = (await http.get(mine)).text
    assert "王女士" in page and "138****8000" in page and "13800138000" not in page
    server.services.database.checkpoint()
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "王女士".encode() not in raw and b"13800138000" not in raw
    assert (await http.post(f"{mine}/delete")).status_code == 200
    assert (await http.get(mine)).status_code == 404
    with server.services.database.read() as session:
        assert registrations.of_lecture(session, "hiring") == []


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "怎么称呼"),
        ("name", "王" * 21, "20 个字"),
        ("phone", "12345", "电话没看懂"),
        ("phone", "1380013800a", "电话没看懂"),
        ("company", "厂" * 41, "40 个字"),
        ("heads", "-3", "1 到 20"),
        ("heads", "一万", "1 到 20"),
        ("agreed", "", "要您同意"),
        ("key", "forged", "页面过期"),
    ],
)
async def test_a_mistake_loses_nothing(server: Bot, http: httpx.AsyncClient, field: str, value: str, says: str) -> None:
    page = await http.post("/lectures/hiring", data={**await form(http), field: value})
    assert page.status_code == 422 and says in page.text
    kept = GOOD["company"] if field == "name" else GOOD["name"]
    assert f'value="{kept}"' in page.text
    with server.services.database.read() as session:
        assert registrations.of_lecture(session, "hiring") == []


async def test_who_is_forgotten_is_forgotten_here_too(server: Bot, http: httpx.AsyncClient) -> None:
    page = server.page()
    await page.start()
    await page.say("公司拖欠工资")
    await page.http.post("/lectures/hiring", data=await form(page.http))
    await http.post("/lectures/hiring", data=await form(http))  # somebody without a session
    database = server.services.database
    with database.read() as session:
        assert len(registrations.of_lecture(session, "hiring")) == 2
    assert (await page.forget()).status_code in (200, 204)
    with database.read() as session:
        assert len(registrations.of_lecture(session, "hiring")) == 1
    server.clock.moment += timedelta(days=400)
    with database.write() as session:
        assert registrations.prune(session, session.now - timedelta(days=365)) == 1


def test_a_table_for_staff_runs_nothing(server: Bot) -> None:
    lecture = load_lectures()["hiring"]
    with server.services.database.write() as session:
        row = registrations.register(
            session, id="g_1", lecture_id="hiring", name="=1+1", phone="13800138000", company="@厂", heads=1
        )
        bare = registrations.register(
            session, id="g_2", lecture_id="hiring", name="李四", phone="13800138001", company="", heads=1
        )
    table = as_csv([(lecture, row)])
    assert table.startswith("\ufeff讲座") and "'=1+1" in table and "'@厂" in table and lecture.title in table
    assert "'" not in as_csv([(lecture, bare)])  # an empty cell stays empty


def test_reading_a_form() -> None:
    assert read({**GOOD, "phone": "+86 138-0013-8000", "heads": ""}).phone == "13800138000"
    assert read({**GOOD, "phone": "０７５５-12345678"}).phone == "075512345678"
    with pytest.raises(WrongFieldError):
        read({})


def test_a_date_that_is_over_is_not_announced() -> None:
    session = LectureSession.model_validate(
        {"on": "2026-12-01", "starts": "14:00", "ends": "16:00", "place": "某处会议室", "source": "主办方来函",
         "verified_on": "2026-11-20"}
    )  # fmt: skip
    lecture = load_lectures()["hiring"].model_copy(update={"session": session})
    assert lecture.ahead(session.on) == session and lecture.ahead(session.on + timedelta(days=1)) is None


def test_the_person_of_a_registration_goes_with_them(server: Bot) -> None:
    with server.services.database.write() as session:
        person = people.find_or_create(session, channel="web", value="甲")
        registrations.register(
            session,
            id="g_2",
            lecture_id="hiring",
            name="甲",
            phone="13800138000",
            company="",
            heads=1,
            person_id=person.id,
        )
        erasure.erase_person(session, person.id)
        assert registrations.find(session, "g_2") is None
