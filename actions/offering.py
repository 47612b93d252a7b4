"""What is on offer beside an answer (`service/offering.py`), in the light of the conversation as it is stored."""

from __future__ import annotations

from collections.abc import Sequence

from actions.runtime import Runtime
from actions.turn import Turn
from cases.transcripts import Utterance, transcript
from service import offering
from service.cards import Card


class Stored(offering.Before):
    """What went before in a turn's conversation."""

    def __init__(self, runtime: Runtime, turn: Turn) -> None:
        self._database, self._conversation_id = runtime.database, turn.conversation_id

    def utterances(self) -> Sequence[Utterance]:
        with self._database.read() as session:
            return transcript(session, self._conversation_id)


def with_offer(runtime: Runtime, turn: Turn, card: Card) -> Card:
    """The card, with a lawyer and mediation on offer where this turn gives reason; else unchanged."""
    return offering.with_offer(card, _typed(turn), turn.today, Stored(runtime, turn), turn.message_id)


def with_mediation(runtime: Runtime, turn: Turn, card: Card, source: str | None) -> Card:
    """The card, with mediation as a choice where it fits what was said so far. `source`: the FAQ or guide it is made of."""
    return offering.with_mediation(card, source, _typed(turn), Stored(runtime, turn))


def told(runtime: Runtime, turn: Turn) -> list[str]:
    """What the person typed in this conversation so far."""
    return Stored(runtime, turn).told()


def _typed(turn: Turn) -> str:
    return "" if turn.choice else turn.text
