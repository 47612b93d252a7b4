"""The WeChat channel against a simulated WeChat and a fake Rasa: what a person sees, and never twice."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from cases import conversations, erasure, matters, outbox, schema, staff
from service import casework
from settings.clock import FixedClock
from tests.fakes.rasa import START, card
from tests.fakes.wechat import Fault, SimulatedWeChat, openid
from tests.fakes.wechat_bot import SEND, wechat_bot


@pytest.fixture
async def it(tmp_path):
    async with wechat_bot(tmp_path) as it:
        await it.agree()
        yield it


@pytest.fixture
async def slow(tmp_path):
    """The connection is let go almost at once."""
    async with wechat_bot(tmp_path, wechat_seconds=0.05) as it:
        await it.agree()
        yield it


def parcels(it):
    with it.bot.services.database.read() as session:
        return [outbox.head(session, it.person(), "wechat")]


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_a_question_is_answered_in_the_open_connection(tmp_path, mode):
    async with wechat_bot(tmp_path, account=SimulatedWeChat(mode=mode, clock=FixedClock(START))) as it:
        await it.agree()
        assert (await it.ask("公司拖欠工资")).startswith(it.said("公司拖欠工资"))
        it.passes(minutes=1)
        assert len(await it.deliver()) == 1
        assert it.wechat.account.calls[SEND] == 0


async def test_a_late_answer_is_sent_once_after_the_connection_was_let_go(slow):
    it = slow
    it.rasa.gate = asyncio.Event()
    assert await it.ask("押金不退") == ""
    assert it.wechat.account.typing == [it.me]
    it.rasa.gate.set()
    await it.bot.services.router.close()
    seen = await it.deliver()
    assert len(seen) == 1
    assert seen[0].startswith(it.said("押金不退"))
    it.passes(minutes=1)
    assert await it.deliver() == seen


async def test_ready_within_four_seconds_is_answered_in_the_open_connection(it):
    """By the real clock: 3.6 seconds are soon enough, and from the fourth on the connection is let go."""
    it.rasa.gate, other = asyncio.Event(), openid()
    await it.agree(other)
    early = asyncio.create_task(it.ask("先问的", other))
    await asyncio.sleep(0.7)
    later = asyncio.create_task(it.ask("后问的"))
    await asyncio.sleep(3.6)
    it.rasa.gate.set()
    assert await early == ""
    assert (await later).startswith(it.said("后问的"))


async def test_quick_messages_are_answered_in_order_when_the_first_is_late(slow):
    it = slow
    it.rasa.gate = asyncio.Event()
    first = asyncio.create_task(it.ask("第一句"))
    await it.rasa.started.wait()
    second = asyncio.create_task(it.ask("第二句"))
    assert [await first, await second] == ["", ""]
    it.rasa.gate.set()
    await it.bot.services.router.close()
    it.rasa.gate = None
    await it.ask("第三句")
    seen = await it.deliver()
    assert [text.split("\n")[0] for text in seen] == [it.said(f"第{n}句") for n in "一二三"]


async def test_a_copy_gets_the_same_reply_and_runs_nothing(it):
    fields = it.phone.message_fields(it.me, "text", {"Content": "房东涨租金"})
    first = await it.phone.once(fields, "n1")
    again = await it.phone.once(fields, "n1")
    assert first.reply.text == again.reply.text
    assert len(it.rasa.runs) == 1
    it.passes(minutes=1)
    assert await it.deliver() == []


async def test_a_copy_of_what_the_worker_has_sent_gets_silence(slow):
    it = slow
    it.rasa.gate = asyncio.Event()
    fields = it.phone.message_fields(it.me, "text", {"Content": "房东涨租金"})
    assert (await it.phone.once(fields, "n1")).outcome == "silent"
    it.rasa.gate.set()
    await it.bot.services.router.close()
    assert len(await it.deliver()) == 1
    assert (await it.phone.once(fields, "n2")).outcome == "silent"
    assert len(await it.deliver()) == 1


async def test_overlapping_copies_at_two_processes_are_one_job_and_one_answer(tmp_path):
    async with wechat_bot(tmp_path) as one, wechat_bot(tmp_path, beside=one) as two:
        await one.agree()
        for number in range(6):
            one.passes(seconds=1)
            fields = one.phone.message_fields(one.me, "text", {"Content": f"第{number}问"})
            tries = await asyncio.gather(one.phone.once(fields, "a"), two.phone.once(fields, "b"))
            replies = {made.reply.text for made in tries if made.reply}
            assert len(replies) == 1
        assert len(one.rasa.runs) == 6
        one.passes(minutes=1)
        assert await one.deliver() == []


async def test_a_reply_lost_on_the_way_is_said_again_once_and_logged(it, monkeypatch, capfd):
    """Killed between the answer and the note that it went out."""
    with monkeypatch.context() as patch:
        patch.setattr("bot.channels.wechat.offers.Offers.settle", lambda *a, **k: (_ for _ in ()).throw(RuntimeError()))
        assert await it.ask("工伤怎么认定")
    assert len(await it.deliver()) == 1
    it.passes(seconds=21)
    assert len(await it.deliver()) == 2
    assert "delivery_unknown" in capfd.readouterr().out
    it.passes(minutes=5)
    assert len(await it.deliver()) == 2


@pytest.mark.parametrize(
    "fault",
    [
        Fault(code=-1),
        Fault(code=-1, accept=True),
        Fault(status=502),
        Fault(status=500, accept=True),
        Fault(status=200),
        Fault(status=200, accept=True),
    ],
)
async def test_an_unknown_outcome_is_tried_once_more_and_no_oftener(slow, fault, capfd):
    it = slow
    fault.times = None
    it.wechat.account.fault(SEND, fault)
    await late(it, "问题")
    for _ in range(5):
        await it.deliver()
        it.passes(seconds=10)
    assert it.wechat.account.calls[SEND] == 2
    assert "delivery_given_up" in capfd.readouterr().out


async def test_one_unknown_outcome_then_fine(slow):
    slow.wechat.account.fault(SEND, Fault(code=-1))
    await late(slow, "问题")
    await slow.deliver()
    slow.passes(seconds=10)
    assert len(await slow.deliver()) == 1


async def late(it, text):
    """A question whose answer misses the connection."""
    it.rasa.gate = asyncio.Event()
    assert await it.ask(text) == ""
    it.rasa.gate.set()
    await it.bot.services.router.close()
    it.rasa.gate = None


@pytest.mark.parametrize(
    ("code", "wait", "tries"),
    [(45011, 61, 2), (45009, 3601, 2), (40164, 301, 2), (45002, 61, 2), (40003, 0, 1)],
)
async def test_refusals_wait_as_the_table_says(slow, code, wait, tries):
    it = slow
    it.wechat.account.fault(SEND, Fault(code=code))
    await late(it, "问题")
    assert await it.deliver() == []
    it.passes(seconds=max(0, wait - 5))
    await it.deliver()
    assert it.wechat.account.calls[SEND] == 1
    it.passes(seconds=10)
    await it.deliver()
    assert it.wechat.account.calls[SEND] == tries
    assert len(it.seen()) == tries - 1


async def test_no_token_is_no_unknown_outcome(slow, monkeypatch):
    """While no token can be had nothing was sent, however often that is tried."""
    monkeypatch.setattr("bot.channels.wechat.http.BACK_OFF", (0, 0))
    it = slow
    it.wechat.account.fault("/cgi-bin/stable_token", Fault(status=502, times=None))
    await late(it, "问题")
    for _ in range(4):
        await it.deliver()
        it.passes(minutes=2)
    assert it.wechat.account.calls[SEND] == 0
    it.wechat.account.mend()
    assert len(await it.deliver()) == 1


async def test_a_token_refused_for_good_costs_few_calls(slow):
    it = slow
    it.wechat.account.fault(SEND, Fault(code=40001, times=None))
    await late(it, "问题")
    await it.deliver()
    assert it.wechat.account.calls[SEND] <= 3


async def test_four_sends_after_a_message_then_the_next_contact_brings_the_rest(slow):
    it = slow
    it.passes(hours=1)
    gate = it.rasa.gate = asyncio.Event()
    fields = [
        it.phone.message_fields(it.me, "text", {"Content": f"第{n}句"}) for n in range(6)
    ]  # one second: one window
    for each in fields:
        it.wechat.account.acted(it.me, "message")
        assert (await it.phone.once(each, "n")).outcome == "silent"
    gate.set()
    await it.bot.services.router.close()
    assert len(await it.deliver()) == 4  # the fifth is a lawyer's
    it.passes(hours=1)
    assert len(await it.deliver()) == 4
    it.rasa.gate = None
    assert await it.ask("还在吗") == ""  # nothing overtakes what waits
    assert [text.split("\n")[0] for text in await it.deliver()] == [it.said(f"第{n}句") for n in range(6)] + [
        it.said("还在吗")
    ]


async def test_a_lawyer_may_use_the_fifth(slow):
    it = slow
    it.rasa.gate = asyncio.Event()
    for n in range(4):
        fields = it.phone.message_fields(it.me, "text", {"Content": f"第{n}句"})
        it.wechat.account.acted(it.me, "message")
        await it.phone.once(fields, "n")
    it.rasa.gate.set()
    await it.bot.services.router.close()
    assert len(await it.deliver()) == 4
    with it.bot.services.database.write() as session:
        body = {"text": "我是值班律师，已看到您的材料。", "author": "lawyer"}
        outbox.put(session, person_id=it.person(), target="wechat", key="lawyer-1", body=body, via="service")
    seen = await it.deliver()
    assert seen[-1] == "【律师回复】\n我是值班律师，已看到您的材料。"
    assert "aimsgcontext" not in it.wechat.account.shown[-1].body


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_lawyers_words_do_not_wait_behind_the_programs(slow, at_once):
    """Six answers wait for a window of four: the lawyer still has the fifth, and only that."""
    it = slow
    it.rasa.gate = asyncio.Event()
    for n in range(6):
        fields = it.phone.message_fields(it.me, "text", {"Content": f"第{n}句"})
        it.wechat.account.acted(it.me, "message")
        await it.phone.once(fields, "n")
    it.rasa.gate.set()
    await it.bot.services.router.close()

    def lawyer(number):
        with it.bot.services.database.write() as session:
            body = {"text": f"律师第{number}句", "author": "lawyer"}
            outbox.put(session, person_id=it.person(), target="wechat", key=f"l{number}", body=body, via="service")

    if at_once:
        lawyer(1)
    await it.deliver()
    if not at_once:
        it.passes(minutes=1)
        lawyer(1)
    seen = await it.deliver()
    assert [text.split("\n")[0] for text in seen] == [it.said(f"第{n}句") for n in range(4)] + ["【律师回复】"]
    lawyer(2)
    it.passes(minutes=1)
    assert await it.deliver() == seen
    it.rasa.gate = None
    await it.ask("还在吗")
    assert [text.split("\n")[0] for text in (await it.deliver())[5:]] == [
        it.said("第4句"), it.said("第5句"), "【律师回复】", it.said("还在吗")]  # fmt: skip


@pytest.mark.parametrize("kind", ["template", "subscription"])
async def test_outside_48_hours_it_waits_and_a_notice_names_no_problem(tmp_path, kind):
    account = SimulatedWeChat(clock=FixedClock(START), templates={"T1"})
    options = {"wechat_notice_template": "T1", "wechat_notice_kind": kind, "wechat_seconds": 0.05}
    async with wechat_bot(tmp_path, account=account, **options) as it:
        await it.agree()
        account.accepted.add((it.me, "T1"))
        await late(it, "离婚孩子归谁")
        it.passes(hours=49)
        seen = await it.deliver()
        assert len(seen) == 1
        assert "您的咨询已有回复" in seen[0]
        assert "离婚" not in seen[0]
        it.passes(hours=1)
        assert len(await it.deliver()) == 1  # one notice, not one an hour
        assert account.shown[0].via == kind
        assert (await it.ask("还在吗")) == ""
        assert [text.split("\n")[0] for text in (await it.deliver())[1:]] == [
            it.said("离婚孩子归谁"),
            it.said("还在吗"),
        ]


@pytest.mark.parametrize(
    ("fault", "tries"),
    [(Fault(code=40001, times=2), 3), (Fault(code=45009), 2), (Fault(code=-1), 1), (Fault(code=43101), 1)],
)
async def test_a_notice_that_did_not_go_out_is_tried_again_an_hour_later(tmp_path, fault, tries):
    """Not one whose fate is unknown, nor one that the person refuses."""
    account = SimulatedWeChat(clock=FixedClock(START), templates={"T1"})
    path = "/cgi-bin/message/template/send"
    async with wechat_bot(tmp_path, account=account, wechat_seconds=0.05, wechat_notice_template="T1") as it:
        await it.agree()
        await late(it, "问题")
        it.passes(hours=49)
        account.fault(path, Fault(**vars(fault)))
        await it.deliver()
        for _ in range(5):
            it.passes(minutes=61)
            await it.deliver()
        assert account.calls[path] == tries
        assert it.seen() == ["您的咨询已有回复"] * (tries > 1)


@pytest.mark.parametrize("code", [45015, 45047])
async def test_when_wechat_says_the_window_is_closed_it_waits_for_the_next_contact(slow, code):
    it = slow
    it.wechat.account.fault(SEND, Fault(code=code))
    await late(it, "问题")
    await it.deliver()
    it.passes(hours=2)
    assert await it.deliver() == []
    await it.phone.click(it.me, "about")
    assert (await it.deliver())[-1].startswith(it.said("问题"))


@pytest.mark.parametrize("trigger", ["menu", "follow", "scan"])
async def test_a_click_a_follow_or_a_scan_opens_three_sends_for_a_minute(slow, trigger):
    it = slow
    it.rasa.gate = asyncio.Event()
    for n in range(5):
        it.wechat.account.acted(it.me, "message")
        await it.phone.once(it.phone.message_fields(it.me, "text", {"Content": f"第{n}句"}), "n")
    it.passes(hours=50)  # the window of those words is over
    match trigger:
        case "menu":
            await it.phone.click(it.me, "about")
        case "follow":
            await it.phone.follow(it.me)
        case "scan":
            await it.phone.scan(it.me, "street-1")
    it.wechat.account.shown.clear()
    it.rasa.gate.set()
    await it.bot.services.router.close()
    assert len(await it.deliver()) == 3
    it.passes(minutes=2)
    assert len(await it.deliver()) == 3


async def test_an_account_without_the_interface_turns_to_passive_replies(slow):
    it = slow
    it.wechat.account.customer_service = False
    await late(it, "第一问")
    await it.deliver()
    calls = it.wechat.account.calls[SEND]
    it.rasa.gate = asyncio.Event()
    both = await it.ask("第二问")
    assert it.said("第一问") in both
    assert "答复" in both
    it.rasa.gate.set()
    await it.bot.services.router.close()
    assert (await it.ask("答复")).startswith(it.said("第二问"))
    await it.deliver()
    assert it.wechat.account.calls[SEND] == calls


async def test_when_the_days_quota_is_used_up_nobody_else_is_tried_and_people_fetch(slow, capfd):
    it, other = slow, openid()
    await it.agree(other)
    it.wechat.account.fault(SEND, Fault(code=45009, times=None))
    await late(it, "第一问")
    await it.deliver()
    assert re.search(r'"level": ?"error"|\[error', capfd.readouterr().out)
    it.rasa.gate = asyncio.Event()
    assert "答复" in await it.ask("第二问", other)
    it.rasa.gate.set()
    await it.bot.services.router.close()
    await it.deliver()
    assert it.wechat.account.calls[SEND] == 1
    assert (await it.ask("答复", other)).startswith(it.said("第二问"))
    assert (await it.ask("答复")).startswith(it.said("第一问"))


async def test_passive_only(tmp_path):
    async with wechat_bot(tmp_path, wechat_seconds=0.05, wechat_customer_service=False) as it:
        await it.agree()
        it.rasa.gate = asyncio.Event()
        assert "答复" in await it.ask("慢的问题")
        assert "回答" not in await it.ask("答复")
        it.rasa.gate.set()
        await it.bot.services.router.close()
        it.rasa.gate = None
        fields = it.phone.message_fields(it.me, "text", {"Content": "答复"})
        got = await it.phone.once(fields, "n1")
        assert got.reply.text.startswith(it.said("慢的问题"))
        assert (await it.phone.once(fields, "n2")).reply.text == got.reply.text  # the first may have been lost
        it.passes(hours=1)
        assert it.said("慢的问题") not in await it.ask("别的问题")


async def test_choices_by_number_and_the_articles(it):
    it.rasa.next_card = card(
        "您说的是哪一种？", kind="clarify", choices=[("c1", "没签合同", "/choose{1}"), ("c2", "被辞退", "/choose{2}")]
    )
    shown = await it.ask("公司的事")
    assert "被辞退" in shown
    it.rasa.next_card = None
    await it.ask("２")
    assert it.rasa.runs[-1][1] == "/choose{2}"
    cites = [{"kind": "quoted", "label": "《劳动合同法》第三十条", "text": "用人单位应当……"}]
    it.rasa.next_card = card("拖欠工资违法。") | {"citations": cites}
    shown = await it.ask("公司拖欠工资")
    assert "《劳动合同法》第三十条（回复“法条”看原文）" in shown and "用人单位应当" not in shown
    it.rasa.next_card = card("原文如下。", kind="statute") | {"citations": cites}
    assert "用人单位应当……" in await it.ask("法条")
    assert it.rasa.runs[-1][1] == "《劳动合同法》第三十条"


async def test_the_link_to_the_whole_card_opens_it_and_names_nobody(tmp_path):
    async with wechat_bot(tmp_path, public_url="http://bot") as it:
        await it.agree()
        it.rasa.next_card = card("先存证据。") | {
            "steps": ["第一步。"],
            "evidence": ["很长的证据清单" * 60 for _ in range(3)],
        }
        shown = await it.ask("公司拖欠工资")
        (link,) = re.findall(r'<a href="(http[^"]+)">点这里看全文</a>', shown)
        assert it.me not in link and it.person() not in link
        async with httpx.AsyncClient(transport=httpx.ASGITransport(it.bot.app)) as stranger:
            page = await stranger.get(link)
            assert page.status_code == 200 and "很长的证据清单" * 60 in page.text
            assert it.me not in page.text and it.person() not in page.text
            it.passes(days=8)
            assert (await stranger.get(link)).status_code == 404


async def test_while_a_lawyer_holds_the_conversation_the_bot_is_silent(it):
    await it.ask("你好")
    with it.bot.services.database.write() as session:
        held = conversations.current(session, person_id=it.person(), channel="wechat")
        conversations.set_owner(session, held.id, "lawyer")
    assert "交到律师那里" in await it.ask("在吗")  # once
    assert await it.ask("在吗在吗") == ""


async def taken_over(it):
    """The database, a lawyer, and the case that is hers since somebody asked."""
    await it.ask("公司拖欠工资")
    database = it.bot.services.database
    with database.write() as session:
        lawyer = staff.add(session, name="林静", login="lin", password_hash="x", role="lawyer")
        held = conversations.current(session, person_id=it.person(), channel="wechat")
        opened = casework.open_case(session, conversation_id=held.id, interview_id="i1", topic="labour", urgency="soon",
                                    reasons=[], brief={})  # fmt: skip
        casework.claim(session, opened.id, lawyer, version=matters.get(session, opened.id).version)
    await it.deliver()
    return database, lawyer, opened


async def test_a_case_from_the_lawyers_words_to_the_rating(it):
    database, lawyer, opened = await taken_over(it)
    assert "交到林静律师那里" in await it.ask("合同有两份")
    assert "受理编号：" + opened.code in await it.ask("我的案件到哪了")
    with database.write() as session:
        casework.say_to_person(session, opened.id, lawyer, "合同请拍照发来", key="k1")
    assert (await it.deliver())[-1] == "【律师回复】\n合同请拍照发来"
    with database.write() as session:
        casework.resolve(session, opened.id, lawyer, version=matters.get(session, opened.id).version)
    assert "很满意" in (await it.deliver())[-1]
    runs = len(it.rasa.runs)
    await it.ask("1")  # a number means the last card that offers something to choose, though the bot said it by itself
    assert it.rasa.runs[runs:] and it.rasa.runs[-1][1] == '/choose{"choice": "case:rate:' + opened.id + ':5"}'


@pytest.mark.parametrize("erased", [False, True])
async def test_the_desk_is_told_of_a_lawyers_words_that_were_given_up(it, erased):
    database, lawyer, opened = await taken_over(it)
    it.wechat.account.fault(SEND, Fault(code=-1, times=None))
    with database.write() as session:
        casework.say_to_person(session, opened.id, lawyer, "明天是仲裁时效最后一天", key="k1")
        if erased:  # meanwhile; the words are still the person's
            erasure.erase_case(session, opened.id, reason="retention")
    for _ in range(5):
        await it.deliver()
        it.passes(seconds=10)
    with database.read() as session:
        kinds = session.execute(select(schema.case_events.c.kind)).scalars().all()
        assert outbox.waiting(session, it.person(), "wechat") == []
    assert kinds.count("undelivered") == (0 if erased else 1)


async def test_a_picture_is_kept_with_a_live_case_once_and_never_without(it):
    png = b"\x89PNG\r\n\x1a\n" + bytes(40)
    it.wechat.account.pictures["M1"] = png
    assert "没有保存" in (await it.phone.message(it.me, "image", {"MediaId": "M1"})).text
    assert it.wechat.account.calls["/cgi-bin/media/get"] == 0
    await it.ask("公司拖欠工资")
    with it.bot.services.database.write() as session:
        held = conversations.current(session, person_id=it.person(), channel="wechat")
        casework.open_case(session, conversation_id=held.id, interview_id="i1", topic="labour", urgency="soon",
                           reasons=[], brief={})  # fmt: skip
    fields = it.phone.message_fields(it.me, "image", {"MediaId": "M1"})
    assert "存进您的案件" in (await it.phone.push(fields)).text
    await it.phone.push(fields)
    assert "没有存下" in (await it.phone.message(it.me, "image", {"MediaId": "gone"})).text
    with it.bot.services.database.read() as session:
        assert session.execute(select(schema.attachments.c.media_type)).scalars().all() == ["image/png"]


async def test_rasa_away_is_said_once_and_the_answer_follows(it):
    it.rasa.down = True
    assert "故障" in await it.ask("问题")
    it.rasa.down = False
    it.passes(seconds=10)
    await it.worker().run_once()
    seen = await it.deliver()
    assert len(seen) == 2
    assert seen[1].startswith(it.said("问题"))


async def test_danger_is_answered_at_once_even_when_rasa_is_slow(slow):
    slow.rasa.gate = asyncio.Event()
    assert "110" in await slow.ask("我老公正在打我")
    slow.rasa.gate.set()
    await slow.bot.services.router.close()


async def test_a_long_answer_goes_on_by_customer_service(it):
    body = card("长答案", kind="answer") | {"steps": ["很长的一步。" * 30 for _ in range(8)]}
    it.rasa.next_card = body
    first = await it.ask("问题")
    seen = await it.deliver()
    assert seen[0] == first
    assert len(seen) >= 2
    assert all(len(text.encode()) <= 2000 for text in seen)
    assert sum(text.count("很长的一步。") for text in seen) == 240


async def test_too_many_messages_are_slowed_down_kindly(tmp_path):
    async with wechat_bot(tmp_path, rate_per_minute=5) as it:
        other = openid()
        answers = [await it.ask("同意" if n == 0 else f"第{n}句", other) for n in range(12)]
        assert any("慢" in answer or "快" in answer for answer in answers)
        assert "有点快" in await it.ask("再一句", other)
        it.clock.moment -= timedelta(seconds=1)
        assert "110" in await it.ask("我老公正在打我", other)  # whoever is in danger is heard all the same
