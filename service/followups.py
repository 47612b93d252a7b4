"""Short follow-ups ("时效多久", "去哪里办") answered from the card they follow."""

from __future__ import annotations

import re
from typing import Literal

from service.cards import Card

Part = Literal["deadline", "where", "evidence", "citations", "steps", "lawyer_when"]
# In order: of several parts asked for at once, the first gives the conclusion.
PARTS: tuple[tuple[Part, str], ...] = (
    ("deadline", r"时效|期限|过期|来得及|来不及|多久(内|之内)|什么时候(之前|以前)|最晚"),
    ("where", r"(去|到|在|上)(哪|啥地方|什么地方)|哪里(办|告|申请|投诉)|找谁|找哪|什么部门|哪个部门"),
    ("evidence", r"证据|证明|材料|带[点些]?(什么|啥)|带些|准备(什么|啥|哪些)|要(什么|啥)(东西|材料|手续)|怎么证明"),
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
# What is left when these are taken away is what a message is about.
_ASKING = re.compile(
    r"小法|请问|帮|想问|麻烦|您?好|谢谢|嗯|呃|哎|想|问|[我你您他她它俺咱这那]们?|个|[两三四五六几]件|啥子?|情况|事情?|问题|一?下"
    r"|怎么(办理?|处理|弄|搞|做|样|解决|维权|说)?|咋(办|整|弄|搞)?|点(算|办|搞)|如何(处理|解决|维权)?|怎样|什么时候|什么|多少钱?|多久|多长时间"
    r"|几(天|年|个月)|哪(里|儿|个|些|条)?|边度|谁|能不能|可不可以|要不要|可以|应?该|需?要|得|合法|违法|犯法|合理|(是|算|要|能|有|该|行|对)不\1"
    r"|有没有|行吗|对吗|吗|呢|吧|啊|呀|嘛|哦|来着|了|的|就|还|又|也|都|再|去|到|在|是|算|有|没|不|会|法律|规定|依据|法条|部门|地方|证据|证明|材料|手续"
    r"|准备|时效|期限|过期|来得及|来不及|最晚|流程|步骤|具体|第一步|下一步|申请|投诉|(起诉|仲裁)(?!费)|告|办|弄|赔偿?|找|请?律师|带|东西|[些点]|的话|如果|要求|之内|以内|要是|\W"
)


# "那打针的钱谁出": words that carry on from what was said.
_CARRIES_ON = re.compile(r"^(那(?![个里边些天年时种位家次人])|要是|如果|万一|可是|但是|不过)")


def asks_on(text: str) -> bool:
    """Whether a message goes on with the matter before, whatever else it sounds like."""
    return bare(text) or (len(text) <= LONGEST and bool(_CARRIES_ON.search(text)))


def bare(text: str) -> bool:
    """Whether a message says nothing of its own: "去哪里投诉", "时效多久" ask more of what was spoken of before."""
    return len(text) <= LONGEST and len(_ASKING.sub("", text)) < 2


def is_part(card: Card) -> bool:
    """Whether a card is only a part of one said before."""
    named = card.title.rpartition("：")[2]
    return card.kind == "answer" and all(name in TITLES.values() for name in named.split("、"))


def narrowed(card: Card, text: str) -> Card | None:
    """The parts of the card that the follow-up asks for, as a card of its own; None when it asks for something else."""
    if card.kind not in ("answer", "guide", "result") or len(text) > LONGEST:
        return None
    parts = [name for name, pattern in PARTS if re.search(pattern, text) and getattr(card, name)]
    if not parts:
        return None
    conclusion = card.deadline if parts[0] == "deadline" else _headline(parts[0], card)
    return Card(
        kind="answer",
        title=f"{card.title}：{'、'.join(TITLES[part] for part in parts)}"[:80],
        conclusion=(conclusion or "")[:120],
        citations=card.citations,
        faq_id=card.faq_id,
        law_as_of=card.law_as_of,
        **{part: getattr(card, part) for part in parts if part != "citations"},
    )


def asks_for_law(text: str) -> bool:
    """Whether a follow-up asks what an answer rests on."""
    return bool(re.search(dict(PARTS)["citations"], text))


def _headline(part: Part, card: Card) -> str:
    return {
        "where": "可以找下面这些地方。出门前先打电话问清时间和要带的东西。",
        "evidence": "先把下面这些收好，原件别交出去，多留一份。",
        "citations": "依据是下面这些条文，点开能看到原文。",
        "lawyer_when": "有下面情况的，最好找律师。",
        "steps": "按顺序做：",
    }.get(part, card.conclusion)
