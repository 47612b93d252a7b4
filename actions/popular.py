"""Park, day's article and quiz: the choices that go on from their cards."""

from __future__ import annotations

from actions.runtime import Runtime
from actions.turn import Turn
from knowledge.daily import load_daily
from knowledge.park import load_spots
from knowledge.places import load_directory
from knowledge.quiz import load_bank
from service.cards import Card
from service.popular import daily_card, park_card, reply_card, spot_card
from service.quiz_cards import KIND as QUIZ
from service.quiz_cards import QuizTalk
from settings.clock import SHANGHAI

KINDS = frozenset({QUIZ, "park", "daily"})
"""Kinds of choices answered here."""


def quiz(runtime: Runtime) -> QuizTalk:
    return QuizTalk(load_bank(), runtime.knowledge.content, runtime.knowledge.gate)


def park(runtime: Runtime) -> Card:
    return park_card(load_spots(), load_directory(), runtime.clock.now().astimezone(SHANGHAI))


def today(runtime: Runtime, turn: Turn) -> Card:
    """The day's article; the park when the day has none."""
    return daily_card(load_daily(), turn.today, runtime.knowledge.gate) or park(runtime)


def chosen(runtime: Runtime, turn: Turn) -> list[Card]:
    """The cards that follow `quiz:…`, `park:all`, `park:<spot>`, `park:<spot>:<option>`, `daily:today`."""
    kind, _, target = (turn.choice or "").partition(":")
    if kind == QUIZ:
        return quiz(runtime).chosen(target, turn.message_id)
    if kind == "daily":
        return [today(runtime, turn)]
    name, _, option = target.partition(":")
    spot = load_spots().get(name)
    if spot is None:
        return [park(runtime)]
    gate = runtime.knowledge.gate
    return [reply_card(spot, int(option), gate) if option.isdecimal() else spot_card(spot, gate)]
