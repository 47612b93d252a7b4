"""When a calculator begins to ask, and what it takes for an answer; through the real actions and a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.runtime import Runtime
from cases.database import Database
from cases.interviews import current_interview
from service.answering import Answerer
from service.runtime import Knowledge
from settings.clock import FixedClock
from tests.fakes.dialogue import Talker
from tests.fakes.empty import empty_database
from tests.fakes.knowledge import MODEL
from tests.unit.test_cases_database import secrets

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
WAGES = "calc_unpaid_wages"


@pytest.fixture
def talker(tmp_path: Path, answerer: Answerer) -> Iterator[Talker]:
    empty_database(tmp_path / "x.db")
    clock = FixedClock(NOON)
    database = Database(f"sqlite:///{tmp_path}/x.db", secrets=secrets(), clock=clock)
    knowledge = Knowledge(answerer.content, answerer._engine.book, answerer._engine, answerer._gate, answerer)
    yield Talker(Runtime(knowledge, database, clock))
    database.close()


def begun(talker: Talker) -> None:
    """At the question for the monthly wage."""
    talker.say("帮我算公司一共欠我多少工资", WAGES)
    assert "每月应发" in talker.pick("按月").conclusion


def told(talker: Talker) -> dict[str, str]:
    with talker.runtime.database.read() as session:
        interview = current_interview(session, talker.conversation_id)
    return {} if interview is None else {q: a for q, a in interview.answers.items() if isinstance(a, str)}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("厂里拖了我两个月工资没给", WAGES),
        ("欠了我五个月工资", WAGES),
        ("按月发的工资，三个月没发了", WAGES),
        ("老板说干满一年才给社保", "calc_severance"),
    ],
)
def test_who_tells_one_figure_is_answered_first(text: str, intent: str, talker: Talker) -> None:
    assert talker.say(text, intent).kind != "question"
    assert told(talker) == {}


@pytest.mark.parametrize("text", ["公司欠我3个月工资 月薪5000", "帮我算公司一共欠我多少工资"])
def test_who_brings_figures_or_wants_a_sum_is_asked_the_rest(text: str, talker: Talker) -> None:
    assert talker.say(text, WAGES).kind == "question"


def test_a_sum_in_another_story_is_no_answer(
    talker: Talker, answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = MODEL.near.model_copy(update={"meant": 0.3})  # the hashing encoder finds nothing as near as the real one
    monkeypatch.setattr(answerer, "_model", MODEL.model_copy(update={"near": near}))
    begun(talker)
    before = told(talker)
    card = talker.say("借款两万块纠纷怎么处理")
    assert "每月应发" in card.conclusion  # asked again, after the other matter was met
    assert len(talker.cards) == 2
    assert told(talker) == before


@pytest.mark.parametrize("text", ["老板说好的是一个月五千五", "5500", "五千五百块", "厂里欠我的工资是每个月5500"])
def test_an_answer_in_a_sentence_counts(text: str, talker: Talker) -> None:
    begun(talker)
    talker.say(text)
    assert told(talker)["monthly_wage"] == "5500"
