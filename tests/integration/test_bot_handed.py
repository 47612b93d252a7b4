"""Who speaks when: while a lawyer has the word the bot is silent, but for what concerns the case and danger."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta

import pytest

from bot.worker import Worker
from cases import matters, people, staff
from cases.staff import Staff
from knowledge.places.table import as_row
from service import casework, placekeeping
from service.casework import meetings
from tests.fakes.rasa import Bot, Page
from tests.unit.test_places import place


class Desk:
    """The lawyer's side, through A's operations."""

    def __init__(self, bot: Bot) -> None:
        self.database = bot.services.database
        with self.database.write() as session:
            self.lawyer: Staff = staff.add(session, name="林静", login="lin", password_hash="x", role="lawyer")

    def open(self, conversation_id: str, interview_id: str = "i1") -> casework.Opened:
        with self.database.write() as session:
            return casework.open_case(
                session, conversation_id=conversation_id, interview_id=interview_id, topic="labour", urgency="soon",
                reasons=[], brief={"title": "欠薪"},
            )  # fmt: skip

    def claim(self, case_id: str) -> None:
        with self.database.write() as session:
            casework.claim(session, case_id, self.lawyer, version=matters.get(session, case_id).version)

    def say(self, case_id: str, text: str) -> None:
        with self.database.write() as session:
            casework.say_to_person(session, case_id, self.lawyer, text, key=text)

    def resolve(self, case_id: str) -> None:
        with self.database.write() as session:
            casework.resolve(session, case_id, self.lawyer, version=matters.get(session, case_id).version)

    def status(self, case_id: str) -> str:
        with self.database.read() as session:
            return matters.get(session, case_id).status


@pytest.fixture
def desk(bot):
    return Desk(bot)


async def taken(page: Page, desk: Desk, bot: Bot) -> str:
    """The person spoke, a case was opened, the lawyer took it: its id."""
    await page.say("公司拖欠工资")
    opened = desk.open(bot.rasa.runs[-1][0])
    desk.claim(opened.id)
    return opened.id


async def strip(page: Page):
    return (await page.http.get("/api/messages?after=0")).json()["case"]


async def test_in_the_queue_the_bot_goes_on(bot, page, desk):
    await page.say("公司拖欠工资")
    opened = desk.open(bot.rasa.runs[-1][0])
    answer = await page.say("狗咬人谁赔")
    assert answer["cards"][0]["conclusion"] == "回答：狗咬人谁赔"
    shown = await strip(page)
    assert (shown["code"], shown["label"], shown["live"], shown["speaks"]) == (opened.code, "排队中", True, "bot")


async def test_while_a_lawyer_has_the_word_the_person_is_told_once_and_the_bot_is_silent(bot, page, desk):
    await taken(page, desk, bot)
    runs = len(bot.rasa.runs)
    first = await page.say("合同有两份")
    assert (first["status"], [card["title"] for card in first["cards"]]) == ("answered", ["您的话已经交给律师"])
    assert "林静律师" in first["cards"][0]["conclusion"]
    for text in ("房东不退押金", "重新开始", "退出", "/restart"):
        answer = await page.say(text)
        assert (answer["status"], answer["cards"]) == ("answered", [])
    assert len(bot.rasa.runs) == runs
    assert (await strip(page))["speaks"] == "lawyer"


async def test_the_lawyers_words_come_with_the_name(bot, page, desk):
    case_id = await taken(page, desk, bot)
    desk.say(case_id, "您好，合同有几份？")
    words = [entry for entry in await page.history() if entry["author"] == "lawyer"]
    assert [(entry["text"], entry["author_name"]) for entry in words] == [("您好，合同有几份？", "林静")]


async def test_the_lawyer_takes_over_while_rasa_thinks(bot, page, desk):
    await page.say("公司拖欠工资")
    opened = desk.open(bot.rasa.runs[-1][0])
    bot.rasa.gate, bot.rasa.started = asyncio.Event(), asyncio.Event()
    asked = asyncio.create_task(page.say("还能要双倍吗"))
    await bot.rasa.started.wait()
    desk.claim(opened.id)
    bot.rasa.gate.set()
    answer = await asked
    assert [card["title"] for card in answer["cards"]] == ["您的话已经交给律师"]
    assert not any("还能要双倍吗" in (entry.get("card") or {}).get("conclusion", "") for entry in await page.history())


async def test_a_failed_message_is_the_lawyers_once_they_have_the_case(bot, page, desk):
    await page.say("公司拖欠工资")
    opened = desk.open(bot.rasa.runs[-1][0])
    bot.rasa.fail = True
    await page.say("还能要双倍吗")
    desk.claim(opened.id)
    bot.rasa.fail = False
    bot.clock.moment += timedelta(minutes=1)
    hub = bot.services
    await Worker(hub.database, hub.rasa, hub.router, hub.settings).run_once()
    assert len(bot.rasa.runs) == 1


async def test_ending_brings_the_bot_back_in_a_fresh_conversation(bot, page, desk):
    case_id = await taken(page, desk, bot)
    before = bot.rasa.runs[-1][0]
    await page.say("结束人工")
    assert desk.status(case_id) == "resolved"
    card = [entry["card"] for entry in await page.history() if entry.get("card")][-1]
    assert card["choices"][0]["label"] == "很满意"
    assert (await strip(page)) is None
    answer = await page.say("房东不退押金")
    assert answer["cards"][0]["conclusion"] == "回答：房东不退押金"
    assert bot.rasa.runs[-1][0] != before


async def test_the_rating_can_be_picked_even_after_more_was_said(bot, page, desk):
    case_id = await taken(page, desk, bot)
    desk.resolve(case_id)
    card = [entry["card"] for entry in await page.history() if entry.get("card")][-1]
    await page.say("房东不退押金")
    await page.choose(card["id"], card["choices"][0]["id"])
    assert bot.rasa.runs[-1][1] == '/choose{"choice": "case:rate:' + case_id + ':5"}'


async def test_status_and_code_are_answered_by_the_bot_itself(bot, page, desk):
    case_id = await taken(page, desk, bot)
    answer = await page.say("我的案件到哪了")
    assert answer["cards"][0]["kind"] == "handoff" and "林静律师" in answer["cards"][0]["conclusion"]
    unknown = await page.say("LH-2222-2222")
    assert unknown["cards"][0]["title"] == "没有找到这个编号"
    assert desk.status(case_id) == "assigned" and len(bot.rasa.runs) == 1


async def test_withdrawn_after_asking_once(bot, page, desk):
    case_id = await taken(page, desk, bot)
    asked = (await page.say("撤回案件"))["cards"][0]
    assert [choice["label"][:4] for choice in asked["choices"]] == ["确定撤回", "不撤回"]
    kept = await page.choose(asked["id"], asked["choices"][1]["id"])
    assert kept.json()["cards"][0]["title"] == "没有撤回" and desk.status(case_id) == "assigned"
    await page.choose(asked["id"], asked["choices"][0]["id"])
    assert desk.status(case_id) == "withdrawn"
    again = await page.choose(asked["id"], asked["choices"][0]["id"])
    assert again.status_code == 200 and desk.status(case_id) == "withdrawn"
    assert (await page.say("房东不退押金"))["cards"][0]["conclusion"] == "回答：房东不退押金"


async def test_a_safety_card_comes_in_every_status(bot, page, desk):
    case_id = await taken(page, desk, bot)
    answer = await page.say("他拿着刀要砍我")
    assert answer["cards"][0]["kind"] == "safety"
    assert answer["cards"][0]["steps"][-1].startswith(("您的律师和值班的人", "现在没有律师在线"))
    assert len(bot.rasa.runs) == 1
    desk.say(case_id, "马上来")
    assert (await page.say("他又正在打我"))["cards"][0]["kind"] == "safety"


async def test_without_a_case_the_safety_card_offers_a_lawyer(bot, page):
    bot.rasa.next_card = {"schema_version": 1, "kind": "safety", "conclusion": "先打 110", "choices": []}
    answer = await page.say("老公正在打我")
    assert [choice["label"] for choice in answer["cards"][0]["choices"]] == ["马上转给律师"]
    await page.choose(answer["cards"][0]["id"], "c1")
    assert bot.rasa.runs[-1][1] == '/choose{"choice": "handoff:start"}'


async def test_with_two_cases_the_others_are_choices_and_the_word_follows(bot, page, desk):
    await page.say("公司拖欠工资")
    here = bot.rasa.runs[-1][0]
    first = desk.open(here, "i1")
    bot.clock.moment += timedelta(minutes=1)
    second = desk.open(here, "i2")
    desk.claim(second.id)
    await page.say("合同有两份")
    card = (await page.say("我的案件到哪了"))["cards"][0]
    assert [choice["label"] for choice in card["choices"]] == [f"说 {first.code} 这件"]
    bot.clock.moment += timedelta(minutes=1)
    await page.choose(card["id"], card["choices"][0]["id"])
    assert (await strip(page))["code"] == first.code
    assert (await page.say("狗咬人谁赔"))["cards"][0]["conclusion"] == "回答：狗咬人谁赔"


async def test_nobody_sees_anothers_case(bot, page, desk):
    await taken(page, desk, bot)
    stranger = bot.page()
    await stranger.start()
    await stranger.say("你好")
    assert (await strip(stranger)) is None
    with bot.services.database.read() as session:
        assert people.find(session, channel="web", value="nobody") is None
    await stranger.http.aclose()


async def test_a_meeting_is_made_and_cancelled_while_the_lawyer_has_the_word(bot, page, desk):
    await taken(page, desk, bot)
    day = bot.services.clock.today() + timedelta(days=2)
    with bot.services.database.write() as session:
        chief = staff.add(session, name="陈", login="chen", password_hash="x", role="supervisor")
        checked = {"verified_on": "2026-11-01", "source_date": "2026-11-01"}
        placekeeping.save(session, chief, as_row(place()) | checked, seen=None)
        meetings.add_hours(session, chief, "aid.test", day=day, opens=time(9), closes=time(10))
    runs = len(bot.rasa.runs)

    async def pick(answer, label):
        card = answer["cards"][-1]
        choice = next(c["id"] for c in card["choices"] if label in c["label"])
        return (await page.choose(card["id"], choice)).json()

    times = await pick(await page.say("约个时间见面"), "09:00 起")
    booked = await pick(times, "09:00")
    assert booked["cards"][-1]["title"] == "约好了"
    file = await page.http.get(booked["cards"][-1]["attachments"][0])
    assert file.content.startswith(b"BEGIN:VCALENDAR")
    gone = await pick(await page.say("取消预约"), "取消")
    assert gone["cards"][-1]["title"] == "取消了"
    assert (await page.http.get(booked["cards"][-1]["attachments"][0])).status_code == 410
    assert len(bot.rasa.runs) == runs
