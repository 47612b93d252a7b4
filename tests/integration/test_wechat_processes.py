"""Real bot and worker processes, killed at every point of a message's way: nothing lost, nothing said twice (or once more
where nobody can know, and then it is in the log), order kept."""

import asyncio
import re
import sys
from collections import Counter

from sqlalchemy import func, select

from cases import messages, people
from cases.schema import outbox
from tests.fakes.mortal import BOT_POINTS, WORKER_POINTS
from tests.fakes.processes import ROOT, town
from tests.fakes.rasa import FakeRasa
from tests.fakes.wechat import Sender, openid
from tests.integration.test_bot_planted_phrase import found

PHRASE = "紫色大象借走三万五"


class UnevenRasa(FakeRasa):
    """Takes two seconds over what is called slow."""

    async def _run(self, request):
        if "慢" in request["text"]:
            await asyncio.sleep(2)
        return await super()._run(request)


async def until(condition, seconds=60.0):
    for _ in range(int(seconds * 5)):
        if condition():
            return
        await asyncio.sleep(0.2)


def answers(here, person):
    """The questions answered, in the order of the answers."""
    return re.findall(r"回答：(\S+)", "\n".join(here.wechat.account.seen_by(person)))


def kept(here, person):
    """How many of the person's words are stored."""
    with here.rasa.database.read() as session:
        known = people.find(session, channel="wechat", value=person)
        return sum(entry.author == "person" for entry in messages.history(session, known.id))


async def all_delivered(here):
    """By a worker that comes, does what there is to do and goes as it is told to."""
    before = here.logged("worker_ready")
    worker = here.start("worker")
    await until(lambda: here.logged("worker_ready") > before and unsent(here) == 0)
    assert unsent(here) == 0
    worker.terminate()
    await until(lambda: worker.poll() is not None)
    assert worker.poll() == 0


def unsent(here):
    with here.rasa.database.read() as session:
        return session.scalar(select(func.count()).where(outbox.c.sent_at.is_(None)))


async def agree(here, sender, everybody):
    for person in everybody:
        here.wechat.account.followers.add(person)
        assert "谢谢" in (await sender.text(person, "同意")).text
    await asyncio.sleep(1.1)  # WeChat's clock counts seconds


async def test_kill_9_at_every_point(tmp_path):
    async with town(tmp_path / "data", UnevenRasa, wechat_seconds=1.0, rasa_seconds=4.0, lease_seconds=5.0) as here:
        healthy, _ = await here.bot()
        sender = here.wechat.sender(healthy)
        points = {point: openid() for point in BOT_POINTS}
        slow = {point: openid() for point in WORKER_POINTS}
        await agree(here, sender, [*points.values(), *slow.values()])
        dying = dict(zip(points, await asyncio.gather(*(here.bot(point) for point in points)), strict=True))

        async def ask(point, person):
            first = here.wechat.sender([dying[point][0], healthy], patience=5.0)
            await first.text(person, f"{point}".replace(" ", "-"))
            await first.close()

        await asyncio.gather(*(ask(point, person) for point, person in points.items()))
        await until(lambda: all(process.poll() == -9 for _, process in dying.values()), 20)
        assert all(process.poll() == -9 for _, process in dying.values())
        await all_delivered(here)
        for point, person in slow.items():  # one death a message: after two nobody may try again
            delivery = await sender.text(person, f"慢-{point}-{PHRASE}".replace(" ", "-"))
            assert delivery.outcome == "silent"
            worker = here.start("worker", point)
            await until(lambda worker=worker: worker.poll() is not None, 40)
            assert worker.poll() == -9, point
            await all_delivered(here)
        here.start("worker")
        everybody = {**points, **slow}
        await asyncio.sleep(9)  # time for whatever would come twice
        counts = {point: len(answers(here, person)) for point, person in everybody.items()}
        assert min(counts.values()) == 1, counts
        assert max(counts.values()) <= 2, counts
        twice = sum(count - 1 for count in counts.values())
        assert twice  # killed after a send: it went out, and whoever knew is dead
        assert here.logged("delivery_unknown") >= twice
        assert Counter(text for _, text in here.rasa.runs).most_common(1)[0][1] == 1
        account = here.wechat.account
        token = account.tokens.stable()[0]
        assert found(tmp_path, PHRASE, token, account.app_secret, account.aes_key, *everybody.values()) == []
        await sender.close()


async def test_a_sender_that_hangs_up_and_resends_is_one_job_and_one_answer(tmp_path):
    """Each copy at the other process while the first is still at work, with a new nonce or the same: the answer is in the
    third connection, or, when that is closed as well, a message of its own."""
    async with town(tmp_path / "data") as here:
        (one, _), (two, _) = await asyncio.gather(here.bot(), here.bot())
        here.start("worker")
        sender = here.wechat.sender([one, two])
        phones = {(fresh, heard): openid() for fresh in (True, False) for heard in (True, False)}
        await agree(here, sender, phones.values())
        for (fresh, heard), person in phones.items():
            here.rasa.gate = asyncio.Event()
            phone = Impatient(here.wechat.account, [one, two], patience=0.8, fresh_nonce=fresh)
            if heard:
                phone.gate = here.rasa.gate
            delivery = await phone.text(person, f"问{fresh}{heard}")
            assert [made.outcome for made in delivery.tries] == ["closed", "closed", "replied" if heard else "closed"]
            assert len({made.callback for made in delivery.tries}) == 2
            here.rasa.gate.set()
            await phone.close()
        await until(lambda: all(answers(here, person) for person in phones.values()), 30)
        await asyncio.sleep(8)  # longer than the worker waits for what may have got lost
        for (fresh, heard), person in phones.items():
            assert answers(here, person) == [f"问{fresh}{heard}"]
        assert len(here.rasa.runs) == 4
        await sender.close()


FETCH = """
import asyncio, sys, time
from bot.channels.wechat.client import open_client
from cases.database import Database
from settings import Settings

async def fetch():
    settings = Settings()
    client = open_client(settings, Database(settings.database, secrets=settings.secrets))
    print("ready", flush=True)
    sys.stdin.readline()
    print(await client._tokens.get())
    await client.close()

asyncio.run(fetch())
"""


async def test_ten_processes_fetch_one_token(tmp_path):
    async with town(tmp_path / "data") as here:
        start = asyncio.create_subprocess_exec
        piped = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
        started = [await start(sys.executable, "-c", FETCH, cwd=ROOT, env=here.environment, **piped) for _ in range(10)]
        assert [await process.stdout.readline() for process in started] == [b"ready\n"] * 10
        done = await asyncio.gather(*(process.communicate(b"\n") for process in started))
        assert {out.decode().split()[-1] for out, _ in done} == {here.wechat.account.tokens.stable()[0]}
        assert here.wechat.account.calls["/cgi-bin/stable_token"] == 1


class Impatient(Sender):
    """`gate` opens when the third copy leaves."""

    gate: asyncio.Event | None = None
    tries = 0

    async def once(self, fields, nonce):
        self.tries += 1
        if self.gate and self.tries == 3:
            self.gate.set()
        return await super().once(fields, nonce)


async def test_two_bots_and_two_workers_keep_order_and_say_nothing_twice(tmp_path):
    async with town(tmp_path / "data", UnevenRasa, wechat_seconds=1.0) as here:
        (one, _), (two, _) = await asyncio.gather(here.bot(), here.bot())
        here.start("worker")
        here.start("worker")
        sender = here.wechat.sender([one, two])
        four = [openid() for _ in range(4)]
        await agree(here, sender, four)
        questions = ["一", "慢二", "三", "四"]

        async def talk(person):
            for number, question in enumerate(questions, 1):
                task = asyncio.create_task(sender.text(person, question))
                await until(lambda number=number: kept(here, person) == number, 20)
                yield task  # the next is sent before the last is answered, but after it has arrived

        async def all_of(person):
            return await asyncio.gather(*[task async for task in talk(person)])

        await asyncio.gather(*(all_of(person) for person in four))
        await until(lambda: all(len(answers(here, person)) == 4 for person in four), 30)
        await asyncio.sleep(2)
        for person in four:
            assert answers(here, person) == questions
        assert len(here.rasa.runs) == 16
        assert here.logged("delivery_unknown") == 0
        await sender.close()
