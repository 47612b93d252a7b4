"""Forty seeded runs of case work with kill -9 at every step (`make chaos` does a thousand), and a checker that can fail."""

from collections import Counter

import pytest

from service import casework
from tests.chaos import play
from tests.chaos.play import STEPS, Lost, stage


@pytest.fixture(scope="module")
def here():
    with stage() as made:
        yield made


def test_nothing_is_lost_or_doubled_whatever_is_killed(here):
    kills: Counter[str] = Counter()
    for seed in range(40):
        kills += here.run(seed)
    assert all(kills[step] for step in STEPS), kills


def test_the_checker_sees_words_said_twice(here, monkeypatch):
    real, clicks = casework.say_to_person, iter(range(1000))

    def forgetful(session, case_id, actor, text, *, key):
        return real(session, case_id, actor, text, key=f"{key}{next(clicks)}")

    monkeypatch.setattr(casework, "say_to_person", forgetful)
    with pytest.raises(Lost, match="words"):
        for seed in range(40):
            here.run(seed, killing=False)


def test_the_checker_sees_a_message_that_was_lost(here, monkeypatch):
    monkeypatch.setattr(play.turns, "accept", lambda *_, **__: None)
    with pytest.raises(Lost, match="person's messages"):
        here.run(0, killing=False)
