"""A phrase said in confidence is in no file and no log, through time-outs, errors and after erasure; ids go with the
person."""

import contextlib
import logging
import uuid
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot import turns
from bot.telemetry import configure_logging
from bot.worker import Worker
from cases import people
from tests.fakes.rasa import card, running_bot

PHRASE = "紫色大象昨晚借走我三万五"


def files_of(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def found(folder, *needles):
    return [
        (name, needle)
        for name, content in files_of(folder).items()
        for needle in needles
        if needle.encode() in content or needle.encode("utf-16-le") in content
    ]


@pytest.fixture
def json_logs():
    configure_logging("DEBUG")
    yield
    logging.basicConfig(level=logging.WARNING, force=True)


async def test_the_phrase_is_nowhere_and_erasure_takes_the_ids_too(tmp_path, json_logs, capfd, monkeypatch):
    async with running_bot(tmp_path) as bot:
        page = bot.page()
        await page.start()
        hub = bot.services
        bot.rasa.next_card = card(PHRASE, kind="clarify", choices=[("c1", PHRASE, "/choose{}")])
        asked = (await page.say(PHRASE))["cards"][0]
        await page.post("/api/feedback", {"card": asked["id"], "good": False, "comment": PHRASE})
        await page.choose(asked["id"], "c1")
        for fault in ("slow", "fail", "down"):
            setattr(bot.rasa, fault, True)
            await page.say(f"{PHRASE}，{fault}")
            setattr(bot.rasa, fault, False)
        await broken_paths(bot, page, monkeypatch)
        session_id = hub.sessions.read(page.http.cookies["xf_session"])
        with hub.database.read() as session:
            person = people.find(session, channel="web", value=session_id)
        bot.clock.moment += timedelta(minutes=5)
        worker = Worker(hub.database, hub.rasa, hub.router, hub.settings)
        await worker.run_once()
        assert len(await page.history()) >= 10
        assert found(tmp_path, PHRASE, session_id) == []
        message_id = (await page.history())[0]["id"]
        (sender,) = bot.rasa.trackers
        assert found(tmp_path, person.id, message_id, sender)  # the search itself works

        assert (await page.forget()).json() == {"erased": True}
        bot.clock.moment += timedelta(minutes=5)
        await worker.run_once()
        assert not bot.rasa.trackers
        assert found(tmp_path, PHRASE, session_id, person.id, message_id, sender, asked["id"]) == []
    logs = "".join(capfd.readouterr())
    assert "紫色" not in logs
    assert session_id not in logs
    assert "turn_failed" in logs


async def broken_paths(bot, page, monkeypatch):
    """Requests that end in 4xx and 5xx, with the phrase in every place where one can be put."""
    headers = {"X-CSRF-Token": page.csrf, "X-Planted": PHRASE.encode(), "content-type": "application/json"}
    await page.http.post(f"/api/messages?q={PHRASE}", content=f'{{"text": "{PHRASE}", "x": '.encode(), headers=headers)
    await page.http.post("/api/messages", json={"text": {"deep": PHRASE}, "client_id": PHRASE}, headers=headers)
    await page.http.get(f"/{PHRASE}")
    await page.http.get(f"/api/statutes/{PHRASE}/1")
    await page.http.get(f"/api/card/{PHRASE}")

    def no_database(*args, **kwargs):
        raise OperationalError(f"INSERT {PHRASE}", {"text": PHRASE}, Exception(PHRASE))

    def broken(*args, **kwargs):
        raise RuntimeError(PHRASE)

    for fault, status in ((no_database, 503), (broken, 500)):
        with monkeypatch.context() as patch:
            patch.setattr(turns, "accept", fault)
            response = await page.send(PHRASE)
            assert response.status_code == status
            assert PHRASE not in response.text
    with monkeypatch.context() as patch:
        patch.setattr(turns, "finish", broken)
        assert (await page.send(PHRASE, str(uuid.uuid4()))).json()["status"] == "pending"
    with contextlib.suppress(RuntimeError):
        broken()
    try:
        broken()
    except RuntimeError:
        logging.getLogger("some.library").exception(f"failed on {PHRASE}")  # noqa: G004 as careless as a library can be
        logging.getLogger("some.library").error("failed on %s", PHRASE)
