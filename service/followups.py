"""Short follow-ups ("时效多久", "去哪里办") answered from the card they follow."""

from __future__ import annotations

import re
from typing import Literal

from service.cards import Card

Part = Literal["deadline", "where", "evidence", "citations", "steps", "lawyer_when"]
# In order: the first pattern that fits decides which part of the card is meant.
PARTS: tuple[tuple[Part, str], ...] = (
    ("deadline", r"时效|期限|过期|来得及|来不及|多久(内|之内)|什么时候(之前|以前)|最晚"),
    ("where", r"(去|到|在|上)(哪|啥地方|什么地方)|哪里(办|告|申请|投诉)|找谁|找哪|什么部门|哪个部门"),
    ("evidence", r"证据|材料|带(什么|啥|些)|准备(什么|啥|哪些)|要(什么|啥)(东西|材料|手续)|怎么证明"),
    ("citations", r"(哪|什么|啥)(一)?(条|部)?(法律|法条|规定|依据)|依据|法条|哪条法"),
    ("lawyer_when", r"(要|用|该)不(要|用|该)?(请|找)律师|要不要律师"),
    ("steps", r"(第一步|下一步|先做|具体)(怎么|干|做)?|怎么(办理|操作|申请|弄)|流程|步骤"),
)
TITLES: dict[Part, str] = {
    "deadline": "期限",
    "where": "去哪里",
    "evidence": "要准备的材料",
    "citations": "依据的法条",
    "lawyer_when": "什么时候要找律师",
    "steps": "怎么做",
}
LONGEST = 16  # characters; a longer message brings facts of its own and is a question


def narrowed(card: Card, text: str) -> Card | None:
    """The part of the card that the follow-up asks for, as a card of its own; None when it asks for something else."""
    if card.kind not in ("answer", "guide", "result") or len(text) > LONGEST:
        return None
    part = next((name for name, pattern in PARTS if re.search(pattern, text)), None)
    if part is None or not getattr(card, part):
        return None
    value = getattr(card, part)
    conclusion = value if isinstance(value, str) else _headline(part, card)
    return Card(
        kind="answer",
        title=f"{card.title}：{TITLES[part]}"[:80],
        conclusion=conclusion[:120],
        deadline=card.deadline if part == "deadline" else None,
        citations=card.citations,
        faq_id=card.faq_id,
        law_as_of=card.law_as_of,
        **({} if part in ("deadline", "citations") else {part: value}),
    )


def _headline(part: Part, card: Card) -> str:
    return {
        "where": "可以找下面这些地方。出门前先打电话问清时间和要带的东西。",
        "evidence": "先把下面这些收好，原件别交出去，多留一份。",
        "citations": "依据是下面这些条文，点开能看到原文。",
        "lawyer_when": "有下面情况的，最好找律师。",
        "steps": "按顺序做：",
    }.get(part, card.conclusion)
