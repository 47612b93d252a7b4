"""Real bot and worker processes, killed at every point of a message's way: nothing lost, nothing said twice (or once more
where nobody can know, and then it is in the log), order kept."""

import asyncio
import re
from collections import Counter

from tests.fakes.mortal import BOT_POINTS, WORKER_POINTS
from tests.fakes.processes import town
from tests.fakes.rasa import FakeRasa
from tests.fakes.wechat import openid


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


async def agree(here, sender, people):
    for person in people:
        here.wechat.account.followers.add(person)
        assert "谢谢" in (await sender.text(person, "同意")).text
    await asyncio.sleep(1.1)  # WeChat's clock counts seconds


async def test_kill_9_at_every_point(tmp_path):
    async with town(tmp_path / "data", UnevenRasa, answer_seconds=1.0, rasa_seconds=4.0, lease_seconds=5.0) as here:
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
        for point, person in slow.items():
            delivery = await sender.text(person, f"慢-{point}".replace(" ", "-"))
            assert delivery.outcome == "silent"
        for point in slow:
            worker = here.start("worker", point)
            await until(lambda worker=worker: worker.poll() is not None, 40)
            assert worker.poll() == -9, point
        here.start("worker")
        everybody = {**points, **slow}
        await until(lambda: all(answers(here, person) for person in everybody.values()))
        await asyncio.sleep(9)  # time for whatever would come twice
        counts = {point: len(answers(here, person)) for point, person in everybody.items()}
        assert min(counts.values()) == 1, counts
        assert max(counts.values()) <= 2, counts
        twice = sum(count - 1 for count in counts.values())
        assert twice  # killed after a send: it went out, and whoever knew is dead
        assert here.logged("delivery_unknown") >= twice
        assert Counter(text for _, text in here.rasa.runs).most_common(1)[0][1] == 1
        await sender.close()


async def test_two_bots_and_two_workers_keep_order_and_say_nothing_twice(tmp_path):
    async with town(tmp_path / "data", UnevenRasa, answer_seconds=1.0) as here:
        (one, _), (two, _) = await asyncio.gather(here.bot(), here.bot())
        here.start("worker")
        here.start("worker")
        sender = here.wechat.sender([one, two])
        people = [openid() for _ in range(4)]
        await agree(here, sender, people)
        questions = ["一", "慢二", "三", "四"]

        async def talk(person):
            for question in questions:
                task = asyncio.create_task(sender.text(person, question))
                await asyncio.sleep(0.25)  # the next is sent before the last is answered, but after it has arrived
                yield task

        async def all_of(person):
            return await asyncio.gather(*[task async for task in talk(person)])

        await asyncio.gather(*(all_of(person) for person in people))
        await until(lambda: all(len(answers(here, person)) == 4 for person in people), 30)
        await asyncio.sleep(2)
        for person in people:
            assert answers(here, person) == questions
        assert len(here.rasa.runs) == 16
        assert here.logged("delivery_unknown") == 0
        await sender.close()
