"""A message's way, against a fake Rasa: answered, kept, in order, never twice."""

import asyncio
import uuid
from datetime import timedelta

import httpx
import pytest

from bot.worker import Worker
from cases import conversations, leases, people
from tests.fakes.rasa import card, running_bot


def worker(bot):
    hub = bot.services
    return Worker(hub.database, hub.rasa, hub.router, hub.settings)


async def test_a_question_is_answered_and_kept(bot, page):
    answer = await page.say("公司拖欠工资怎么办")
    assert answer["status"] == "answered"
    assert answer["cards"][0]["conclusion"] == "回答：公司拖欠工资怎么办"
    history = await page.history()
    assert [entry["author"] for entry in history] == ["person", "bot"]
    assert history[0]["id"] == answer["message_id"]
    assert history[1]["card"]["id"] == answer["cards"][0]["id"]
    assert await page.history(after=history[-1]["seq"]) == []


async def test_the_same_client_id_never_runs_twice(bot, page):
    client_id = str(uuid.uuid4())
    first = (await page.send("押金不退", client_id)).json()
    assert (await page.send("押金不退", client_id)).json() == first
    assert len(bot.rasa.runs) == 1
    assert len(await page.history()) == 2


async def test_text_replies_become_stored_notice_cards(bot, page):
    bot.rasa.replies = [{"text": "您好！", "buttons": [{"title": "劳动", "payload": "/choose{}"}]}]
    shown = (await page.say("你好"))["cards"][0]
    assert (shown["kind"], shown["conclusion"]) == ("notice", "您好！")
    assert shown["choices"] == [{"id": "c1", "label": "劳动"}]
    read = await page.http.get(f"/api/card/{shown['id']}")
    assert read.json()["conclusion"] == "您好！"


async def test_quick_messages_of_one_person_run_in_order_one_at_a_time(bot, page):
    bot.rasa.gate = asyncio.Event()
    first = asyncio.create_task(page.say("第一句"))
    await bot.rasa.started.wait()
    others = [asyncio.create_task(page.say(f"第{n}句")) for n in (2, 3)]
    while len(await page.history()) < 3:
        await asyncio.sleep(0)
    assert bot.rasa.runs == []
    bot.rasa.gate.set()
    for task in (first, *others):
        assert (await task)["status"] == "answered"
    texts = [entry["text"] for entry in await page.history() if entry["author"] == "person"]
    assert [text for _, text in bot.rasa.runs] == texts


async def test_a_request_that_goes_away_does_not_stop_its_turn(bot, page):
    bot.rasa.gate = asyncio.Event()
    request = asyncio.create_task(page.say("房东涨租金"))
    await bot.rasa.started.wait()
    request.cancel()
    bot.rasa.gate.set()
    while bot.services.router.running:
        await asyncio.sleep(0)
    assert [entry["author"] for entry in await page.history()] == ["person", "bot"]


async def test_a_slow_answer_is_pending_and_comes_later(tmp_path):
    async with running_bot(tmp_path, answer_seconds=0.02) as bot:
        page = bot.page()
        await page.start()
        bot.rasa.gate = asyncio.Event()
        answer = await page.say("试用期被辞退")
        assert (answer["status"], answer["cards"]) == ("pending", [])
        bot.rasa.gate.set()
        while bot.services.router.running:
            await asyncio.sleep(0)
        assert (await page.history())[-1]["card"]["conclusion"] == "回答：试用期被辞退"


@pytest.mark.parametrize("fault", ["down", "fail", "slow"])
async def test_rasa_fails_the_person_is_told_once_and_answered_once_later(bot, page, fault):
    setattr(bot.rasa, fault, True)
    answer = await page.say("工伤认定")
    assert answer["status"] == "pending"
    assert "12348" in str(answer["cards"][0])
    again = worker(bot)
    bot.clock.moment += timedelta(seconds=6)
    await again.run_once()  # still down: nothing new is said
    assert len(await page.history()) == 2
    setattr(bot.rasa, fault, False)
    bot.clock.moment += timedelta(minutes=5)
    await asyncio.gather(again.run_once(), again.run_once())
    await again.run_once()
    history = await page.history()
    assert [entry["author"] for entry in history] == ["person", "bot", "bot"]
    assert history[-1]["card"]["conclusion"] == "回答：工伤认定"
    assert len(bot.rasa.runs) == 1


async def test_a_message_that_always_fails_is_given_up_and_that_is_said(bot, page):
    bot.rasa.fail = True
    await page.say("怪话")
    for _ in range(8):
        bot.clock.moment += timedelta(minutes=30)
        await worker(bot).run_once()
    history = await page.history()
    assert len(history) == 3
    assert "没能处理好" in history[-1]["card"]["conclusion"]


async def test_a_later_message_does_not_wait_for_a_failed_one(bot, page):
    bot.rasa.down = True
    await page.say("先前的问题")
    bot.rasa.down = False
    assert (await page.say("后来的问题"))["status"] == "answered"


async def test_danger_first_even_when_rasa_is_down(bot, page):
    bot.rasa.down = True
    answer = await page.say("他正在打我，我好害怕")
    assert [shown["kind"] for shown in answer["cards"]] == ["safety", "notice"]


async def test_danger_is_said_once_when_rasa_says_it_too(bot, page):
    bot.rasa.next_card = card("请先拨打110", kind="safety")
    answer = await page.say("他正在打我，我好害怕")
    assert [shown["kind"] for shown in answer["cards"]] == ["safety"]


async def test_danger_before_consent_is_helped_and_nothing_is_stored(bot):
    page = bot.page()
    await page.start(consent=False)
    assert (await page.say("我不想活了"))["cards"][0]["kind"] == "safety"
    assert (await page.send("公司拖欠工资")).json()["error"]["code"] == "consent_required"
    assert await page.history() == []


def with_person(bot, page, change):
    session_id = bot.services.sessions.read(page.http.cookies["xf_session"])
    with bot.services.database.write() as session:
        person = people.find(session, channel="web", value=session_id)
        conversation = conversations.current(session, person_id=person.id, channel="web")
        return change(session, person, conversation)


def give_to(owner):
    return lambda session, person, conversation: conversations.set_owner(session, conversation.id, owner)


async def test_the_bot_is_silent_while_a_lawyer_holds_the_conversation(bot, page):
    await page.say("想找律师")
    with_person(bot, page, give_to("lawyer"))
    answer = await page.say("律师您好")
    assert (answer["status"], [card["title"] for card in answer["cards"]]) == ("answered", ["您的话已经交给律师"])
    answer = await page.say("在吗")
    assert (answer["status"], answer["cards"]) == ("answered", [])
    assert len(bot.rasa.runs) == 1
    with_person(bot, page, give_to("bot"))
    assert (await page.say("谢谢"))["cards"]


async def test_an_answer_is_dropped_when_a_lawyer_took_over_meanwhile(bot, page):
    bot.rasa.gate = asyncio.Event()
    asking = asyncio.create_task(page.say("我要起诉"))
    await bot.rasa.started.wait()
    with_person(bot, page, give_to("lawyer"))
    bot.rasa.gate.set()
    assert [card["title"] for card in (await asking)["cards"]] == ["您的话已经交给律师"]
    assert [entry["author"] for entry in await page.history()] == ["person", "bot"]


async def test_choices_become_payloads_only_from_the_last_card(bot, page):
    bot.rasa.next_card = card("您是想问？", kind="clarify", choices=[("c1", "拖欠工资", '/choose{"choice":"faq:a"}')])
    asked = (await page.say("钱"))["cards"][0]
    assert "payload" not in str(asked)
    bot.rasa.next_card = None
    answer = (await page.choose(asked["id"], "c1")).json()
    assert bot.rasa.runs[-1][1] == '/choose{"choice":"faq:a"}'
    assert answer["status"] == "answered"
    assert (await page.history())[2]["text"] == "拖欠工资"
    stale = (await page.choose(asked["id"], "c1")).json()["cards"][0]
    assert "过期" in stale["conclusion"]
    assert len(bot.rasa.runs) == 2


async def test_a_choice_whose_turn_died_after_it_had_spoken_is_not_stale(bot, page):
    """What it said itself does not make it old: the turn runs again and its answer reaches the person."""
    bot.rasa.next_card = card("哪一种？", kind="question", choices=[("c1", "是", "/choose{}")])
    asked = (await page.say("问"))["cards"][0]
    bot.rasa.next_card, bot.rasa.slow = None, True
    assert (await page.choose(asked["id"], "c1")).json()["status"] == "pending"
    bot.rasa.slow = False
    bot.clock.moment += timedelta(minutes=5)
    await worker(bot).run_once()
    said = [entry["card"]["conclusion"] for entry in await page.history() if entry.get("card")]
    assert said[-1] == "回答：/choose{}"
    assert not any("过期" in one for one in said)


async def test_a_notice_does_not_end_the_life_of_choices(bot, page):
    bot.rasa.next_card = card("哪一种？", kind="question", choices=[("c1", "是", "/choose{}")])
    asked = (await page.say("问"))["cards"][0]
    await page.say("😀")
    bot.rasa.next_card = None
    await page.choose(asked["id"], "c1")
    assert bot.rasa.runs[-1][1] == "/choose{}"


async def test_unknown_choice_and_other_peoples_cards(bot, page):
    bot.rasa.next_card = card("哪一种？", choices=[("c1", "是", "/choose{}")])
    asked = (await page.say("问"))["cards"][0]
    assert "没有找到" in (await page.choose(asked["id"], "c9")).json()["cards"][0]["conclusion"]
    stranger = bot.page()
    await stranger.start()
    assert (await stranger.choose(asked["id"], "c1")).status_code == 404
    assert (await stranger.http.get(f"/api/card/{asked['id']}")).status_code == 404
    assert (await stranger.post("/api/feedback", {"card": asked["id"], "good": True})).status_code == 404
    assert await stranger.history() == []
    assert (await page.post("/api/feedback", {"card": asked["id"], "good": True, "comment": "好"})).status_code == 200


async def test_two_bots_on_one_database_keep_order_and_run_each_message_once(tmp_path):
    async with (
        running_bot(tmp_path) as one,
        running_bot(tmp_path, rasa=one.rasa, clock=one.clock) as two,
    ):
        first = one.page()
        await first.start()
        second = two.page(cookies=dict(first.http.cookies))
        await second.start()
        pages = [first, second]
        client_ids = [str(uuid.uuid4()) for _ in range(12)]
        sending = [pages[n % 2].send(f"第{n}句", client_id) for n, client_id in enumerate(client_ids)]
        sending += [pages[(n + 1) % 2].send(f"第{n}句", client_id) for n, client_id in enumerate(client_ids)]
        answers = await asyncio.gather(*sending)
        assert {answer.status_code for answer in answers} == {200}
        history = await first.history()
        said = [entry["text"] for entry in history if entry["author"] == "person"]
        assert len(said) == 12
        assert [text for _, text in one.rasa.runs] == said
        assert sum(entry["author"] == "bot" for entry in history) == 12


async def test_messages_of_a_killed_process_are_taken_up_when_its_lease_ends(bot, page):
    def hold(session, person, conversation):
        leases.acquire(session, person.id, "1.dead/1", 30)

    with_person(bot, page, hold)
    bot.services.router._settings = bot.services.settings.model_copy(update={"answer_seconds": 0.02})
    assert (await page.say("第一句"))["status"] == "pending"
    await worker(bot).run_once()
    assert bot.rasa.runs == []
    bot.clock.moment += timedelta(seconds=31)
    await worker(bot).run_once()
    assert (await page.history())[-1]["card"]["conclusion"] == "回答：第一句"


async def test_a_process_that_lost_its_lease_writes_nothing(bot, page):
    bot.rasa.gate = asyncio.Event()
    asking = asyncio.create_task(page.say("离婚"))
    await bot.rasa.started.wait()
    bot.clock.moment += timedelta(minutes=2)

    def steal(session, person, conversation):
        assert leases.acquire(session, person.id, "2.other/1", 30)

    with_person(bot, page, steal)
    bot.rasa.gate.set()
    left = await asking
    assert (left["status"], left["cards"]) == ("pending", [])
    bot.clock.moment += timedelta(minutes=2)
    await worker(bot).run_once()
    assert [entry["author"] for entry in await page.history()] == ["person", "bot"]
    assert len(bot.rasa.runs) == 1  # the fake, like the real channel, knew the id


async def test_after_forget_me_nothing_is_left_and_the_tracker_goes(bot, page):
    await page.say("我的事情")
    assert bot.rasa.trackers
    bot.rasa.down = True
    assert (await page.forget()).json() == {"erased": True}
    assert "xf_session" not in page.http.cookies
    await worker(bot).run_once()
    bot.rasa.down = False
    await worker(bot).run_once()
    assert not bot.rasa.trackers


async def test_forget_me_during_a_turn(bot, page):
    bot.rasa.gate = asyncio.Event()
    asking = asyncio.create_task(page.say("我的事情"))
    await bot.rasa.started.wait()
    await page.forget()
    bot.rasa.gate.set()
    assert (await asking)["cards"] == []
    bot.rasa.trackers.add("cv_x")
    bot.clock.moment += timedelta(minutes=1)
    await worker(bot).run_once()


async def test_people_away_longer_than_the_retention_are_forgotten(bot, page):
    await page.say("旧事")
    bot.clock.moment += timedelta(days=200)
    await worker(bot).run_once()
    assert await page.history() == []


async def test_statutes(tmp_path):
    def actions(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/healthz":
            return httpx.Response(200)
        found = {
            "label": "《民法典》第577条",
            "text": "当事人……",
            "in_force_since": "2021-01-01",
            "source": "x",
            "more": 1,
        }
        return httpx.Response(200, json=found) if "577" in request.content.decode() else httpx.Response(404)

    async with running_bot(tmp_path, actions=actions) as bot:
        page = bot.page()
        found = (await page.http.get("/api/statutes/民法典/577")).json()
        assert set(found) == {"label", "text", "in_force_since", "source"}
        assert (await page.http.get("/api/statutes/民法典/9999")).json()["error"]["code"] == "article_not_found"
        assert (await page.http.get("/readyz")).json() == {
            "status": "ok",
            "database": "ok",
            "rasa": "ok",
            "actions": "ok",
        }


async def test_statutes_and_readiness_when_things_are_away(bot):
    bot.rasa.down = True
    page = bot.page()
    assert (await page.http.get("/api/statutes/民法典/577")).status_code == 503
    ready = await page.http.get("/readyz")
    assert (ready.status_code, ready.json()["rasa"], ready.json()["actions"]) == (503, "unreachable", "unreachable")
    assert (await page.http.get("/healthz")).status_code == 200
