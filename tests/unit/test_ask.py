"""`xiaofa ask` says what the bot says to somebody it hears for the first time, what was published at the desk included."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from actions.runtime import Runtime
from cases import content as store
from cases.content import Entry
from cases.database import Database
from knowledge.content import Content
from service.answering import Answerer
from service.cards import Card
from service.published import with_published
from service.runtime import Knowledge
from settings import Settings
from settings.clock import FixedClock
from tests.fakes.dialogue import Talker
from tests.fakes.empty import empty_database
from tests.unit.conftest import TODAY
from xiaofa import ask
from xiaofa.cli import app

NOON = datetime.combine(TODAY, time(4), UTC)
AWARD = "昨天收到仲裁裁决书，不服想起诉"
SEVERAL = "被别人的狗咬了，怎么赔？还有房东不退押金怎么办"
QUESTION = "星河倒影渡口桥"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def loaded(answerer: Answerer) -> Knowledge:
    return Knowledge(answerer.content, answerer._engine.book, answerer._engine, answerer._gate, answerer)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    empty_database(settings.data_dir / "xiaofa.db")
    with closing(Database(settings.database, secrets=settings.secrets, clock=FixedClock(NOON))) as opened:
        yield opened


@pytest.fixture(autouse=True)
def command(monkeypatch: pytest.MonkeyPatch, settings: Settings, loaded: Knowledge) -> None:
    """The command with the small knowledge, on the day of the tests."""

    def opened(_settings: Settings, _clock: object, _report: object, *, entries: Sequence[Entry]) -> Knowledge:
        if not entries:
            return loaded
        content = with_published(loaded.content, entries)
        engine = loaded.engine.with_content(content)
        answerer = Answerer(engine, content, loaded.gate, loaded.answerer._model)
        return Knowledge(content, loaded.book, engine, loaded.gate, answerer)

    monkeypatch.setattr(ask, "open_knowledge", opened)
    monkeypatch.setattr(ask, "get_settings", lambda: settings)
    monkeypatch.setattr(ask, "Clock", lambda: FixedClock(NOON))


def asked(question: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, ["ask", question, "--json"])
    assert done.exit_code == 0, done.output
    cards: list[dict[str, Any]] = json.loads(done.stdout)
    return cards


@pytest.mark.parametrize(
    ("question", "many"),
    [
        ("房东不退押金", False),
        (SEVERAL, True),
        (AWARD, False),
        ("今天天气怎么样", False),
        ("楼上天天半夜吵，能不能找人调解", False),
    ],
)
def test_it_says_what_the_bot_says(question: str, many: bool, loaded: Knowledge, database: Database) -> None:
    talker = Talker(Runtime(loaded, database, FixedClock(NOON)))
    talker.say(question)
    assert asked(question) == [card.model_dump(mode="json") for card in talker.cards]
    assert (len(talker.cards) > 1) == many


def test_each_of_several_questions_has_its_card_and_people_read_them_all() -> None:
    cards = asked(SEVERAL)
    assert [card["faq_id"] for card in cards] == ["injury.accident.dog-bite", "renting.deposit.not-returned"]
    told = CliRunner().invoke(app, ["ask", SEVERAL]).output
    assert all(f"【{card['title']}】" in told for card in cards)


def test_a_deadline_that_runs_is_told_with_a_lawyer_at_once() -> None:
    (card,) = asked(AWARD)
    assert "2026-12-06" in card["deadline"]
    assert "马上转给律师" in [choice["label"] for choice in card["choices"]]


def test_danger_is_answered_as_at_the_front_door() -> None:
    (card,) = asked("我老公正在打我，救命")
    assert card["kind"] == "safety"
    assert [choice["label"] for choice in card["choices"]] == ["马上转给律师"]


def test_an_answer_published_at_the_desk_is_said(database: Database, small: Content) -> None:
    assert QUESTION not in asked(QUESTION)[0]["title"]
    body = small.faqs["labour.wages.arrears"].model_dump(mode="json")
    body |= {"id": "labour.wages.desk", "question": QUESTION, "variants": [QUESTION + "怎么办", *body["variants"][:7]]}
    with database.write() as session:
        store.publish(session, faq_id=body["id"], body=body, review={})
    assert Card.model_validate(asked(QUESTION)[0]).faq_id == "labour.wages.desk"


def test_without_a_database_none_is_made(settings: Settings) -> None:
    assert asked("房东不退押金")
    assert list(settings.data_dir.iterdir()) == []
