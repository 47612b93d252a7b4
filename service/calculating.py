"""From a calculation to a card: amounts with their steps, articles through the gate, what would change it."""

from __future__ import annotations

from typing import Any

from knowledge.calculators.core import Calculator, Result
from service.cards import Amount, Card
from service.gate import CitationGate

WHERE = "12348 公共法律服务热线"
MOST_CITATIONS = 5


def result_card(calculator: Calculator[Any], result: Result, gate: CitationGate, facts: list[str]) -> Card:
    """`facts` are the values it was calculated with, read back in the title."""
    return Card(
        kind="result",
        title=(f"{calculator.title}：{'、'.join(facts)}" if facts else calculator.title)[:200],
        conclusion=result.headline,
        steps=[*(f"注意：{line}" for line in result.warnings), *(f"会变的情况：{line}" for line in result.changes)],
        amounts=[
            Amount(label=f.label, value=f.value, most=f.most, unit=f.unit, steps=list(f.steps)) for f in result.figures
        ],
        citations=gate.cite_all(result.articles, most=MOST_CITATIONS),
        deadline=result.deadline,
        where=[WHERE],
        law_as_of=gate.on,
    )


def stopped_card(calculator: Calculator[Any], message: str, facts: list[str]) -> Card:
    """A calculation that cannot be made: why, and what to enter."""
    head, _, rest = message.partition("。")
    conclusion = message if len(message) <= 120 else f"{head}。"[:120]
    return Card(
        kind="notice",
        title=f"{calculator.title}：还算不了",
        conclusion=conclusion,
        steps=([rest] if rest and conclusion != message else []) + ([f"您说的：{'、'.join(facts)}"] if facts else []),
        where=[WHERE],
    )
