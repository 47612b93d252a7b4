"""A lawyer on offer: what triage finds in a message is put on the card that answers it; mediation where it fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from cases.transcripts import Utterance
from service import casebook, group_cards, group_claim, mediation
from service.answering import Answerer
from service.cards import Card
from service.case_cards import offer
from service.failures import failed, failures_in_a_row
from service.threads import one_by_one
from service.triage import Finding, Said, Signals, most_urgent, triage

MOST_REASONS = 3


class Before:
    """What went before in the conversation, read only when it matters. This one: nothing did."""

    def utterances(self) -> Sequence[Utterance]:
        return ()

    def failures(self) -> int:
        """Answers that did not answer, in a row."""
        return failures_in_a_row(self.utterances())

    def told(self) -> list[str]:
        """What the person typed so far."""
        return [each.text for each in casebook.words(self.utterances())]


def replies(
    answerer: Answerer, text: str, today: date, before: Before, alone: Callable[[], Card], message_id: str = ""
) -> list[Card]:
    """The cards that answer a typed message: one for each of several questions, or the one of `alone`; on the last, what is
    on offer."""
    *first, last = one_by_one(answerer, text) or [alone()]
    return [*first, with_offer(last, text, today, before, message_id)]


def with_offer(card: Card, typed: str, today: date, before: Before, message_id: str = "") -> Card:
    """The card, with reasons and the choice of a lawyer where this message gives reason; else unchanged. `typed` is empty
    when a choice was picked."""
    if card.kind == "question":
        return card
    failures = 1 + before.failures() if failed(card.model_dump()) else 0
    words = [Said(message_id=message_id, text=typed, on=today)] if typed else []
    findings = triage(words, today, Signals(failures=failures))
    card = offered(card, findings)
    return card if most_urgent(findings) == "now" else with_mediation(card, card.faq_id, typed, before)


def with_mediation(card: Card, source: str | None, typed: str, before: Before) -> Card:
    """The card, with mediation as a choice where it fits what was said so far. `source`: the FAQ or guide it is made of."""
    words = [typed] if typed else []
    if not mediation.suits(card, source, words):
        return card
    return mediation.with_choice(card) if mediation.suits(card, source, [*before.told(), *words]) else card


def offered(card: Card, findings: list[Finding]) -> Card:
    """What can wait is only a choice; what should not wait says why; what must not comes first."""
    urgency = most_urgent(findings)
    if urgency is None:
        return card
    choices = [*card.choices, offer(len(card.choices) + 1, urgent=urgency == "now")]
    if any(f.rule == group_claim.RULE for f in findings):
        choices.append(group_cards.offer(len(choices) + 1))
    reasons = [f.reason for f in findings if f.urgency != "offer"][:MOST_REASONS]
    changed: dict[str, object] = {
        "choices": choices,
        "lawyer_when": [*(f"您的情况：{reason}。" for reason in reasons), *card.lawyer_when],
    }
    due = next((f.due for f in findings if f.due), None)
    if due:
        changed["deadline"] = due.words if not card.deadline else f"{due.words}。{card.deadline}"
    if urgency == "now" and card.kind != "safety":
        changed["steps"] = ["时间紧，建议现在就点下面的“马上转给律师”，边等边做后面的事。", *card.steps]
    return card.model_copy(update=changed)
