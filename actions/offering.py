"""A lawyer on offer: what triage finds in a message is put on the card that answers it."""

from __future__ import annotations

from actions.runtime import Runtime
from actions.turn import Turn
from cases.transcripts import transcript
from service import group_cards, group_claim, mediation
from service.cards import Card
from service.case_cards import offer
from service.failures import failed, failures_in_a_row
from service.triage import Finding, Said, Signals, most_urgent, triage

MOST_REASONS = 3


def with_offer(runtime: Runtime, turn: Turn, card: Card) -> Card:
    """The card, with reasons and the choice of a lawyer where this message gives reason; else unchanged."""
    if card.kind == "question":
        return card
    failures = 0
    if failed(card.model_dump()):
        with runtime.database.read() as session:
            failures = 1 + failures_in_a_row(transcript(session, turn.conversation_id))
    words = [Said(message_id=turn.message_id, text=turn.text, on=turn.today)] if not turn.choice else []
    findings = triage(words, turn.today, Signals(failures=failures))
    card = offered(card, findings)
    return card if most_urgent(findings) == "now" else with_mediation(runtime, turn, card, card.faq_id)


def with_mediation(runtime: Runtime, turn: Turn, card: Card, source: str | None) -> Card:
    """The card, with mediation as a choice where it fits what was said so far. `source`: the FAQ or guide it is made of."""
    typed = [] if turn.choice else [turn.text]
    if not mediation.suits(card, source, typed):
        return card
    return mediation.with_choice(card) if mediation.suits(card, source, [*told(runtime, turn), *typed]) else card


def told(runtime: Runtime, turn: Turn) -> list[str]:
    """What the person typed in this conversation so far."""
    with runtime.database.read() as session:
        return [
            u.text for u in transcript(session, turn.conversation_id) if u.author == "person" and u.typed and u.text
        ]


def offered(card: Card, findings: list[Finding]) -> Card:
    """What can wait is only a choice; what should not wait says why; what must not comes first."""
    urgency = most_urgent(findings)
    if urgency is None:
        return card
    reasons = [f.reason for f in findings if f.urgency != "offer"][:MOST_REASONS]
    changed: dict[str, object] = {
        "choices": [*card.choices, offer(len(card.choices) + 1, urgent=urgency == "now")],
        "lawyer_when": [*(f"您的情况：{reason}。" for reason in reasons), *card.lawyer_when],
    }
    due = next((f.due for f in findings if f.due), None)
    if due:
        changed["deadline"] = due.words if not card.deadline else f"{due.words}。{card.deadline}"
    if urgency == "now" and card.kind != "safety":
        changed["steps"] = ["时间紧，建议现在就点下面的“马上转给律师”，边等边做后面的事。", *card.steps]
    if any(f.rule == group_claim.RULE for f in findings):
        changed["choices"] = [*card.choices, offer(len(card.choices) + 1, urgent=urgency == "now"),
                              group_cards.offer(len(card.choices) + 2)]  # fmt: skip
    return card.model_copy(update=changed)
