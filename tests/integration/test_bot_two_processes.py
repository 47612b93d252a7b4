"""Two bots on one PostgreSQL database, as in production: order per person, and nothing twice. (SQLite: unit tests.)"""

import asyncio
import uuid

from tests.fakes.rasa import running_bot


async def test_order_and_singleness_on_postgres(tmp_path, postgres):
    async with (
        running_bot(tmp_path, database_url=postgres) as one,
        running_bot(tmp_path, database_url=postgres, rasa=one.rasa, clock=one.clock) as two,
    ):
        people = []
        for _ in range(3):
            first = one.page()
            await first.start()
            second = two.page(cookies=dict(first.http.cookies))
            await second.start()
            people.append((first, second))
        sending = []
        for pages in people:
            for number in range(8):
                client_id = str(uuid.uuid4())
                sending += [page.send(f"第{number}句", client_id) for page in pages]  # each message to both at once
        answers = await asyncio.gather(*sending)
        assert {answer.status_code for answer in answers} == {200}
        assert len(one.rasa.runs) == 24
        for first, _ in people:
            history = await first.history()
            said = [entry["text"] for entry in history if entry["author"] == "person"]
            answered = [entry["card"]["conclusion"].removeprefix("回答：") for entry in history if "card" in entry]
            assert len(said) == 8
            assert answered == said
