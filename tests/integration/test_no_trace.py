"""Without a trace: what was said in confidence goes half an hour after the last word, from database, files, logs and Rasa; the
code and the wish stay. Real actions, real worker; only Rasa's loop is played."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from actions.runtime import Runtime
from bot.worker import Worker
from cases import schema
from service.answering import Answerer
from service.runtime import Knowledge
from tests.fakes.dialogue import Talker
from tests.fakes.rasa import running_bot
from tests.integration.test_bot_planted_phrase import PHRASE, found, json_logs  # noqa: F401 a fixture

WISH = "想离婚，要孩子"
PERSONAL = ("messages", "cards", "interviews", "conversations", "outbox", "feedback", "reports", "cases", "people")


async def test_only_the_code_and_the_wish_remain(tmp_path: Path, answerer: Answerer, json_logs: None, capfd) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    async with running_bot(tmp_path) as bot:
        hub = bot.services
        knowledge = Knowledge(answerer.content, answerer._engine.book, answerer._engine, answerer._gate, answerer)
        talker = Talker(Runtime(knowledge, hub.database, bot.clock))
        worker = Worker(hub.database, hub.rasa, hub.router, hub.settings)
        here = talker.conversation_id
        bot.rasa.trackers.add(here)
        talker.say(f"{PHRASE}，怎么办")
        talker.say("我要找律师", "find_lawyer")
        talker.pick("不留痕")
        code = talker.say(WISH).case_code
        assert code
        bot.clock.moment += timedelta(minutes=20)
        talker.say(f"还有，{PHRASE}")  # the half hour begins anew
        bot.clock.moment += timedelta(minutes=20)
        await worker.run_once()
        assert _rows(hub.database, "messages") > 0
        bot.clock.moment += timedelta(minutes=11)
        await worker.run_once()
        bot.clock.moment += timedelta(minutes=1)
        await worker.run_once()
        assert {name: _rows(hub.database, name) for name in PERSONAL} == dict.fromkeys(PERSONAL, 0)
        assert here not in bot.rasa.trackers
        with hub.database.read() as session:
            assert session.execute(select(schema.traceless.c.wish, schema.traceless.c.conversation_id)).all() == [
                (WISH, None)
            ]
        assert found(tmp_path, PHRASE, here, talker.person_id, code) == []
        log = "".join(capfd.readouterr())
        assert log and not any(word in log for word in (PHRASE, WISH, code))
        stranger = Talker(talker.runtime, "乙", channel="wechat")
        assert "只留着您的一句愿望" in stranger.say(f"查 {code}", "case_status").conclusion


def _rows(database, name: str) -> int:  # type: ignore[no-untyped-def]
    with database.read() as session:
        return len(session.execute(select(schema.metadata.tables[name])).all())
