"""Consent, events, kinds that cannot be read, and forgetting, on WeChat."""

import asyncio
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from bot.channels.wechat import scenes, texts
from bot.channels.wechat.passive import TEXT_BYTES
from cases import conversations, matters, staff, throttle
from cases.people import find
from cases.people import street as street_of
from cases.schema import channel_ids, messages, outbox, people, windows
from cases.schema import staff as staff_table
from knowledge.park import load_spots
from knowledge.places import load_directory
from knowledge.places.table import as_row
from service import casework, placekeeping
from tests.fakes.rasa import running_bot
from tests.fakes.wechat import openid
from tests.fakes.wechat_bot import wechat_bot
from tests.integration.test_bot_planted_phrase import json_logs  # noqa: F401 a fixture
from tests.unit.test_places import at, place


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


@pytest.mark.parametrize("word", ["1", "好的", "可以"])
async def test_a_word_that_may_mean_anything_is_no_consent_to_a_notice_nobody_saw(it, word):
    shown = await it.ask(word)
    assert "请您了解" in shown and "同意：" not in unquote(shown)
    assert rows(it, people) == 0
    it.passes(days=2)
    await it.worker().run_once()
    assert "请您了解" in await it.ask(word)  # seen two days ago: again
    assert "谢谢" in await it.ask(word)


@pytest.mark.parametrize("word", ["1", "同意", "同意：房东不退押金"])
async def test_a_new_notice_is_shown_before_a_word_counts_as_consent_to_it(it, monkeypatch, word):
    """“1” may pick from yesterday's card; the old notice's link says what was agreed to then."""
    await it.agree()
    monkeypatch.setattr("bot.consent.VERSION", "another")
    assert "请您了解" in await it.ask(word)
    assert it.rasa.runs == []
    assert "请您了解" not in await it.ask(word)


async def test_refusing_takes_the_question_back(it):
    await it.phone.follow(it.me)
    assert "12348" in await it.ask("不同意")
    assert "请您了解" in await it.ask("1")
    assert rows(it, people) == 0


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


def street(it):
    with it.bot.services.database.read() as session:
        person = find(session, channel="wechat", value=it.me)
        return street_of(session, person.id)


async def test_the_street_of_a_code_is_remembered_once_they_agree(it):
    await it.phone.follow(it.me, "street-minzhi-03")
    assert rows(it, people) == 0  # nothing before consent
    await it.ask("1")
    assert street(it) == "minzhi"
    await it.phone.scan(it.me, "street-dalang")
    assert street(it) == "dalang"
    await it.phone.scan(it.me, "street-elsewhere")
    await it.phone.scan(it.me, "vstation-minzhi")
    it.passes(seconds=1)
    await it.phone.message(it.me, "location", {"Location_X": "22.71", "Location_Y": "114.03"})
    assert street(it) == "dalang"  # never from a location


async def test_a_scan_long_ago_is_forgotten_when_they_did_not_agree(it):
    await it.phone.follow(it.me, "street-minzhi")
    it.passes(minutes=61)
    await it.ask("1")
    assert street(it) is None


@pytest.mark.parametrize("public_url", ["", "https://a-rather-long-name.of-a-public-legal-service.example.gov.cn"])
def test_every_welcome_fits_and_says_who_why_how_long_and_how_to_take_it_back(public_url):
    """Too long a reply would be none at all, at the very first moment."""
    operator = "某某市某某区公共法律服务中心（某某路 1 号，电话 0755-00000000）"
    for scene in ["", "lecture-x", "street-x", "vstation-x", "park-x", *(f"park-{spot}" for spot in load_spots())]:
        place = scenes.line(scene, public_url)
        for known in (True, False):
            said = texts.welcome(place, 180, operator, known=known)
            assert len(said.encode()) <= TEXT_BYTES and place in said
        for words in (operator, "为了回答您", "敏感信息", "180 天", "取消关注", "同意请回复 1"):
            assert words in said
    assert texts.STARTERS in texts.welcome("", 180, operator, known=False)


async def test_the_notice_names_who_answers_for_the_data(tmp_path):
    async with wechat_bot(tmp_path, operator="某某中心（电话 1）") as it:
        assert "由某某中心（电话 1）提供" in await it.ask("房东不退押金")
        notice = (await it.bot.page().http.post("/api/session")).json()["notice"]
        assert "由某某中心（电话 1）提供" in notice["paragraphs"][0]


async def test_a_follower_who_scans_is_shown_the_place_without_the_notice(it):
    await it.agree()
    shown = (await it.phone.scan(it.me, "park-1")).text
    assert scenes.line("park-1") in shown
    assert "请您了解" not in shown


async def test_unsubscribing_erases_everything_and_cancels_what_waits(tmp_path):
    async with wechat_bot(tmp_path, wechat_seconds=0.05) as it:
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
    async with wechat_bot(tmp_path, wechat_seconds=0.05) as it:
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


async def test_who_has_a_case_in_a_lawyers_hands_is_told_what_stays(it):
    """In the welcome, before they decide, and when it is done; and what stays has no person any more."""
    assert "只有律师正在办的案件" in (await it.phone.follow(it.me)).text
    await it.agree()
    await it.ask("公司拖欠工资")
    assert texts.KEPT_CASE not in await it.ask("忘记我")
    opened = in_a_lawyers_hands(it)
    assert texts.KEPT_CASE in await it.ask("忘记我")
    it.passes(seconds=1)
    assert texts.KEPT_CASE in (await it.phone.click(it.me, "forget")).text
    fields = it.phone.message_fields(it.me, "text", {"Content": "全部删除"})
    first = await it.phone.once(fields, "n1")
    assert texts.KEPT_CASE in first.reply.text
    assert (await it.phone.once(fields, "n2")).reply.text == first.reply.text  # though by now nobody is there
    assert rows(it, people, channel_ids, messages, outbox, windows) == 0
    with it.bot.services.database.read() as session:
        assert matters.get(session, opened.id).person_id is None


async def test_unsubscribing_leaves_of_an_open_case_what_the_lawyer_needs(it):
    await it.agree()
    await it.ask("公司拖欠工资")
    opened = in_a_lawyers_hands(it)
    assert (await it.phone.unfollow(it.me)).outcome == "silent"
    assert rows(it, people, channel_ids, messages, outbox, windows) == 0
    with it.bot.services.database.read() as session:
        left = matters.get(session, opened.id)
        assert (left.status, left.person_id, left.conversation_id) == ("assigned", None, None)


def in_a_lawyers_hands(it):
    with it.bot.services.database.write() as session:
        lawyer = staff.add(session, name="林静", login="lin", password_hash="x", role="lawyer")
        held = conversations.current(session, person_id=it.person(), channel="wechat")
        opened = casework.open_case(session, conversation_id=held.id, interview_id="i1", topic="labour", urgency="soon",
                                    reasons=[], brief={})  # fmt: skip
        casework.claim(session, opened.id, lawyer, version=matters.get(session, opened.id).version)
        return opened


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


async def test_a_place_sent_brings_the_nearest_confirmed_points(it):
    """WeChat speaks GCJ-02; one point is kept in GCJ-02, one in WGS-84, both 1.1 km off."""
    await it.agree()
    satellite = at(22.72).to_wgs84()
    with it.bot.services.database.write() as session:
        chief = staff.add(session, name="陈平", login="chief", password_hash="x", role="supervisor")
        for near in (
            place("aid.north", name="北面的点", location=at(22.72), always_open=True),
            place("aid.same", name="同一处的点", location=satellite, always_open=True),
            place("aid.far", name="远处的点", location=at(22.80), always_open=True),
        ):
            placekeeping.save(session, chief, as_row(near), seen=None)
    it.passes(seconds=1)
    answer = (await it.phone.message(it.me, "location", {"Location_X": "22.71", "Location_Y": "114.03"})).text
    assert re.search(r"北面的点；直线约1\.1公里.*全天开放.*uri\.amap\.com", answer)
    assert re.search(r"同一处的点；直线约1\.1公里", answer)
    assert answer.index("同一处的点") < answer.index("远处的点") and "直线约10.0公里" in answer
    assert "22.71" not in answer and rows(it, messages) == 0


async def test_the_nearest_points_that_staff_have_confirmed_come_in_one_message(it):
    """As many as fit: the list is cut at its far end, not the message at its bottom."""
    await it.agree()
    with it.bot.services.database.write() as session:
        editor = staff.add(session, name="赵", login="zhao", password_hash="x", role="editor")
        for number, id_ in enumerate(("arbitration.longhua", "court.longhua", "legal-service.longhua")):
            row = as_row(load_directory().places[id_])
            row |= {"name": f"{row['name']}（{'很长的名字' * 4}）", "address": "测试路8号", "note": "说明" * 50}
            row |= {
                "source": "电话核实，值班员",
                "status": "staff",
                "source_date": "2026-11-23",
                "verified_on": "2026-11-23",
            }
            row |= {"system": "gcj02", "latitude": f"22.7{number}", "longitude": "114.03"}
            placekeeping.save(session, editor, row, seen=0)
    it.passes(seconds=1)
    answer = (await it.phone.message(it.me, "location", {"Location_X": "22.701", "Location_Y": "114.03"})).text
    assert "直线约110米" in answer and "测试路8号" in answer
    assert "没有保存" in answer and "12348" in answer and "由程序自动生成" in answer


async def test_a_recogniser_is_plugged_in_by_a_setting(tmp_path, json_logs, capfd):  # noqa: F811
    async with wechat_bot(tmp_path, wechat_recogniser="tests.fakes.ears:Ears", wechat_seconds=1.0) as it:
        recordings = {"m1": "公司拖欠工资".encode(), "m2": b"broken", "m3": b"slow", "m4": b""}
        it.wechat.account.voices.update(recordings)

        async def speaks(media_id, format="amr"):
            it.passes(seconds=1)
            return (await it.phone.message(it.me, "voice", {"MediaId": media_id, "Format": format})).text

        assert "请您了解" in await speaks("m1")  # nobody listens before consent
        assert it.wechat.account.calls["/cgi-bin/media/get"] == 0
        await it.agree()
        assert (await speaks("m1")).startswith(it.said("公司拖欠工资"))
        it.wechat.account.tokens.kill()  # a new token is fetched, as for every other call
        assert (await speaks("m1")).startswith(it.said("公司拖欠工资"))
        for media_id in ("m2", "m3", "m4", "gone"):
            assert "打字" in await speaks(media_id), media_id
        assert "打字" in await speaks("m1", "speex")
    logs = "".join(capfd.readouterr())
    assert "recogniser_broken" in logs and "voice_not_heard" in logs
    assert "紫色大象" not in logs and "拖欠" not in logs


@pytest.mark.parametrize("name", ["nowhere.at_all:make", "tests.fakes.ears:Nobody", "a b", "tests.fakes.ears:"])
async def test_a_recogniser_that_is_not_there_stops_the_start(tmp_path, name):
    with pytest.raises(ValueError, match="wechat_recogniser"):
        async with wechat_bot(tmp_path, wechat_recogniser=name):
            pass


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


async def test_without_its_settings_the_channel_is_off_and_says_so(tmp_path, json_logs, capfd):  # noqa: F811
    async with running_bot(tmp_path) as bot:
        page = bot.page()
        assert (await page.http.get("/healthz")).json() == {"status": "ok", "wechat": "off"}
        assert (await page.http.get("/wechat")).status_code == 404
    logs = capfd.readouterr().out
    assert "wechat_off" in logs and "wechat_app_id, wechat_token" in logs
    async with wechat_bot(tmp_path) as it:
        assert (await it.bot.page().http.get("/healthz")).json() == {"status": "ok", "wechat": "on"}
    assert "wechat_on" in capfd.readouterr().out


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
