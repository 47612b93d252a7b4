"""Forty seeded runs of case work with kill -9 at every step (`make chaos` does a thousand), and a checker that can fail."""

import json
import subprocess
import sys

import pytest

from actions import validate_interview_form
from bot import turns
from service import casework
from tests.chaos.checker import Lost
from tests.chaos.play import STEPS, stage


@pytest.fixture(scope="module")
def here():
    with stage() as made:
        yield made


def test_nothing_is_lost_or_doubled_whatever_is_killed():
    command = [sys.executable, "-m", "tests.chaos.seeds", "40"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 our own
    assert run.returncode == 0, run.stderr[-2000:]
    kills = json.loads(run.stdout)
    assert all(kills.get(step) for step in STEPS), kills


def test_the_checker_sees_words_said_twice(here, monkeypatch):
    real, clicks = casework.say_to_person, iter(range(1000))

    def forgetful(session, case_id, actor, text, *, key):
        return real(session, case_id, actor, text, key=f"{key}{next(clicks)}")

    monkeypatch.setattr(casework, "say_to_person", forgetful)
    with pytest.raises(Lost, match="words"):
        for seed in range(40):
            here.run(seed, killing=False)


def test_the_checker_sees_a_message_that_was_lost(here, monkeypatch):
    real = turns.accept

    def deaf(database, incoming, **more):
        return None if incoming.text.startswith("第") and incoming.text != "第1句" else real(database, incoming, **more)

    monkeypatch.setattr(turns, "accept", deaf)
    with pytest.raises(Lost, match="person's messages"):
        here.run(0, killing=False)


def test_the_checker_sees_an_answer_that_was_lost(here, monkeypatch):
    real = turns._store_replies

    def dumb(session, message, replies):
        return [] if message.text.startswith("第") and message.text != "第1句" else real(session, message, replies)

    monkeypatch.setattr(turns, "_store_replies", dumb)
    with pytest.raises(Lost, match="answers to"):
        here.run(0, killing=False)


def test_the_checker_sees_an_answer_that_was_said_twice(here, monkeypatch):
    real = turns._store_replies
    monkeypatch.setattr(turns, "_store_replies", lambda *given: [*real(*given), *real(*given)])
    with pytest.raises(Lost, match="answers to"):
        here.run(0, killing=False)


def test_the_checker_sees_a_rating_of_another_value(here, monkeypatch):
    real = casework.rate
    monkeypatch.setattr(casework, "rate", lambda session, case_id, stars: real(session, case_id, stars - 1))
    with pytest.raises(Lost, match="ratings"):
        here.run(0, killing=False)


def test_the_checker_sees_an_answer_of_the_interview_that_was_lost(here, monkeypatch):
    real = validate_interview_form.save_interview

    def forgetful(session, interview, *, message_id):
        interview.answers = {key: "1" if key == "amount" else value for key, value in interview.answers.items()}
        return real(session, interview, message_id=message_id)

    monkeypatch.setattr(validate_interview_form, "save_interview", forgetful)
    with pytest.raises(Lost, match="answers:"):
        here.run(0, killing=False)
