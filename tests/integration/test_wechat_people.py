"""Consent, events, kinds that cannot be read, and forgetting, on WeChat."""

import asyncio
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from bot.channels.wechat import scenes
from cases import staff, throttle
from cases.schema import channel_ids, messages, outbox, people, windows
from cases.schema import staff as staff_table
from service import casework
from tests.fakes.wechat import openid
from tests.fakes.wechat_bot import wechat_bot


@pytest.fixture
async def it(tmp_path):
    async with wechat_bot(tmp_path) as it:
        yield it


def rows(it, *tables):
    with it.bot.services.database.read() as session:
        return sum(session.scalar(select(func.count()).select_from(table)) for table in tables)


async def test_nothing_is_stored_before_consent_and_one_tap_brings_the_question_back(it):
    shown = await it.ask("房东不退押金")
    assert "请您了解" in shown
    assert rows(it, people, channel_ids, messages) == 0
    assert it.rasa.runs == []
    tapped = unquote(re.search(r'msgmenucontent=([^&"]+)', shown)[1])
    it.passes(seconds=1)
    answer = await it.phone.choose(it.me, tapped)
    assert answer.text.startswith(it.said("房东不退押金"))


@pytest.mark.parametrize("word", ["1", "１", "同意", "我同意", "好"])
async def test_agreeing_by_hand(it, word):
    await it.ask("房东不退押金")
    fields = it.phone.message_fields(it.me, "text", {"Content": word})
    first = await it.phone.once(fields, "n1")
    assert "谢谢" in first.reply.text
    assert (await it.phone.once(fields, "n2")).reply.text == first.reply.text  # the copy is no message “1”
    assert it.rasa.runs == []
    assert (await it.ask("房东不退押金")).startswith(it.said("房东不退押金"))


async def test_a_long_question_still_gets_the_notice(it):
    shown = await it.ask("事情是这样的，" * 200)
    assert "回复 1" in shown


async def test_not_agreeing_stores_nothing(it):
    assert "12348" in await it.ask("不同意")
    assert rows(it, people) == 0


async def test_danger_is_answered_before_consent(it):
    assert "110" in await it.ask("我老公正在打我")
    assert rows(it, people, messages) == 0


@pytest.mark.parametrize("scene", ["", "street-minzhi", "park-1", "vstation-03", "lecture-2026", "unknown-x"])
async def test_followers_are_welcomed_by_where_they_scanned(it, scene):
    shown = (await it.phone.follow(it.me, scene)).text
    assert "龙华小法" in shown
    assert "请您了解" in shown
    assert "居民" in shown or "个人" in shown
    assert "企业" in shown
    if scene and not scene.startswith("unknown"):
        assert scenes.line(scene) in shown
    assert rows(it, people) == 0


async def test_a_follower_who_scans_is_shown_the_place_without_the_notice(it):
    await it.agree()
    shown = (await it.phone.scan(it.me, "park-1")).text
    assert scenes.line("park-1") in shown
    assert "请您了解" not in shown


async def test_unsubscribing_erases_everything_and_cancels_what_waits(tmp_path):
    async with wechat_bot(tmp_path, answer_seconds=0.05) as it:
        await it.agree()
        it.rasa.gate = asyncio.Event()
        await it.ask("慢的问题")
        it.rasa.gate.set()
        await it.bot.services.router.close()
        assert rows(it, outbox) == 1
        delivery = await it.phone.unfollow(it.me)
        assert delivery.outcome == "silent"
        assert rows(it, people, channel_ids, messages, outbox, windows) == 0
        assert await it.deliver() == []
        it.passes(minutes=2)
        await it.worker().run_once()
        assert it.rasa.trackers == set()


async def test_unsubscribing_while_the_answer_is_being_made(tmp_path):
    async with wechat_bot(tmp_path, answer_seconds=0.05) as it:
        await it.agree()
        it.rasa.gate = asyncio.Event()
        await it.ask("慢的问题")
        await it.phone.unfollow(it.me)
        it.rasa.gate.set()
        await it.bot.services.router.close()
        assert await it.deliver() == []
        assert rows(it, people, messages, outbox) == 0


async def test_a_late_copy_of_unsubscribe_does_not_erase_who_came_back(it):
    await it.agree()
    gone = {**it.phone._common(it.me, "event"), "Event": "unsubscribe", "EventKey": ""}
    await it.phone.once(gone, "n1")
    assert rows(it, people) == 0
    it.passes(seconds=1)
    await it.agree()
    await it.phone.once(gone, "n2")
    assert rows(it, people) == 1


async def test_forget_me(it):
    await it.agree()
    await it.ask("公司拖欠工资")
    assert "全部删除" in await it.ask("忘记我")
    assert rows(it, people) == 1
    assert "已经全部删除" in await it.ask("全部删除")
    assert rows(it, people, channel_ids, messages, outbox, windows) == 0
    assert "请您了解" in await it.ask("公司拖欠工资")


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("voice", {"MediaId": "m", "Format": "amr", "Recognition": ""}, "打字"),
        ("image", {"PicUrl": "http://x", "MediaId": "m"}, "没有保存"),
        ("video", {"MediaId": "m", "ThumbMediaId": "t"}, "没有保存"),
        ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t"}, "没有保存"),
        ("location", {"Location_X": "22.7", "Location_Y": "114.0", "Scale": "15", "Label": "龙华"}, "没有保存"),
        ("link", {"Title": "t", "Description": "d", "Url": "http://x"}, "不会打开"),
        ("hologram", {"Payload": "x"}, "看不懂"),
        ("text", {"Content": "【收到不支持的消息类型，暂无法显示】"}, "看不懂"),
    ],
)
async def test_what_cannot_be_read_is_answered_and_not_kept(it, kind, fields, words):
    await it.agree()
    it.passes(seconds=1)
    assert words in (await it.phone.message(it.me, kind, fields)).text
    assert rows(it, messages) == 0


async def test_a_place_is_used_once_and_kept_nowhere(it):
    await it.agree()
    it.passes(seconds=1)
    answer = (await it.phone.message(it.me, "location", {"Location_X": "22.71", "Location_Y": "114.03"})).text
    assert "没有保存" in answer and "劳动仲裁" in answer and "12348" in answer
    it.passes(seconds=1)
    nowhere = (await it.phone.message(it.me, "location", {"Location_X": "99", "Location_Y": "114.03"})).text
    assert "没看懂" in nowhere
    assert rows(it, messages) == 0


async def test_a_recogniser_may_be_plugged_in(it, monkeypatch):
    class Ears:
        async def recognise(self, media_id, format):
            return "公司拖欠工资" if media_id == "m1" else None

    await it.agree()
    channel = it.bot.app.state.wechat
    monkeypatch.setattr(channel.answers, "_recogniser", Ears())
    it.passes(seconds=1)
    assert (await it.phone.message(it.me, "voice", {"MediaId": "m1", "Format": "amr"})).text.startswith("回答")
    assert "打字" in (await it.phone.message(it.me, "voice", {"MediaId": "m2", "Format": "amr"})).text


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("VIEW", {"EventKey": "https://x"}),
        ("LOCATION", {"Latitude": "22.7", "Longitude": "114.0"}),
        ("TEMPLATESENDJOBFINISH", {"Status": "failed:user block"}),
        ("subscribe_msg_popup_event", {}),
        ("subscribe_msg_change_event", {}),
        ("subscribe_msg_sent_event", {}),
        ("never_heard_of", {"EventKey": "x"}),
    ],
)
async def test_other_events_are_taken_in_silence(it, event, fields):
    assert (await it.phone.event(it.me, event, fields)).outcome == "silent"


async def test_menu_clicks_ask_and_tell(it):
    await it.agree()
    it.passes(seconds=1)
    assert (await it.phone.click(it.me, "ask:公司拖欠工资怎么办")).text.startswith("回答：公司拖欠工资怎么办")
    for key in ("about", "starters", "hotline", "forget", "gone"):
        assert (await it.phone.click(it.me, key)).text


async def test_people_are_kept_apart(it):
    await it.agree()
    other = openid()
    await it.agree(other)
    await it.ask("甲的问题")
    await it.ask("乙的问题", other)
    await it.phone.unfollow(other)
    assert rows(it, people) == 1
    assert (await it.ask("还在吗")).startswith(it.said("还在吗"))


async def test_without_its_settings_the_channel_is_off_and_says_so(tmp_path):
    from tests.fakes.rasa import running_bot

    async with running_bot(tmp_path) as bot:
        page = bot.page()
        assert (await page.http.get("/healthz")).json() == {"status": "ok", "wechat": "off"}
        assert (await page.http.get("/wechat")).status_code == 404


def hired(it):
    with it.bot.services.database.write() as session:
        member = staff.add(session, name="王律师", login="wang", password_hash="x", role="lawyer")
        return member, casework.binding_code(session, member)


def bound_to(it, member):
    with it.bot.services.database.read() as session:
        return session.scalar(select(staff_table.c.person_id).where(staff_table.c.id == member.id))


async def test_a_lawyer_binds_their_wechat_with_the_code_of_the_desk(it):
    await it.agree()
    member, code = hired(it)
    fields = it.phone.message_fields(it.me, "text", {"Content": f"绑定 {code.lower()}"})
    first = await it.phone.once(fields, "n1")
    assert "绑定好了" in first.reply.text
    assert bound_to(it, member)
    assert (await it.phone.once(fields, "n2")).reply.text == first.reply.text  # a copy is no second try
    assert "不对" in await it.ask(f"绑定 {code}")  # good once
    assert it.rasa.runs == []


async def test_binding_waits_for_consent_and_for_who_guesses(it):
    member, code = hired(it)
    assert "请您了解" in await it.ask(f"绑定 {code}")
    assert bound_to(it, member) is None
    await it.agree()
    for _ in range(throttle.FREE + 2):
        assert "不对" in await it.ask("绑定 LH-2222-2222")
        it.passes(seconds=5)
    it.bot.clock.moment -= timedelta(seconds=5)
    assert "有点快" in await it.ask(f"绑定 {code}")
    assert bound_to(it, member) is None


async def test_other_words_about_binding_go_to_the_conversation(it):
    await it.agree()
    assert (await it.ask("绑定公司的合同怎么办")).startswith(it.said("绑定公司的合同怎么办"))
