"""The answer card: the one shape in which 龙华小法 says anything, on every channel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = 1
CardKind = Literal[
    "answer",
    "clarify",
    "question",
    "result",
    "guide",
    "statute",
    "story",
    "places",
    "document",
    "report",
    "safety",
    "handoff",
    "notice",
]
GENERATED_LABEL = "本内容由程序自动生成"
DISCLAIMER = "仅供参考，不是律师意见。拿不准时请拨打 12348 公共法律服务热线。"
REFERENCED_LABEL = "条文请核对官方文本"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Citation(Part):
    """An article as it may be shown. `quoted`: `text` is verbatim from the statute book, in force on `Card.law_as_of`.
    `referenced`: no text; `number`, `in_force_since` and `source` come from the reviewed table, `note` says to check."""

    kind: Literal["quoted", "referenced"]
    law: str
    article: str
    paragraph: str | None = None
    item: str | None = None
    label: str
    text: str | None = None
    number: str | None = None
    in_force_since: date
    source: str
    note: str | None = None


class Amount(Part):
    """`most` set: a range from `value` to `most`, shown as a range."""

    label: str
    value: Decimal
    most: Decimal | None = None
    unit: str = "元"
    steps: list[str] = Field(default_factory=list)


class CardChoice(Part):
    """`payload` is what Rasa receives when the person picks it; it never leaves the server."""

    id: str
    label: str
    payload: str


class Card(Part):
    """`conclusion` comes first and has at most 120 characters; `confidence` is the calibrated share of right answers, 0..1.

    `found`: the citations were only found near the question and are no grounds of an answer."""

    schema_version: int = SCHEMA_VERSION
    kind: CardKind
    title: str = ""
    conclusion: str = Field(max_length=120)
    steps: list[str] = Field(default_factory=list)
    evidence: list[str] = Field(default_factory=list)
    citations: list[Citation] = Field(default_factory=list)
    found: bool = False
    amounts: list[Amount] = Field(default_factory=list)
    deadline: str | None = None
    where: list[str] = Field(default_factory=list)
    lawyer_when: list[str] = Field(default_factory=list)
    choices: list[CardChoice] = Field(default_factory=list)
    attachments: list[str] = Field(default_factory=list)
    case_code: str | None = None
    confidence: float | None = None
    faq_id: str | None = None
    law_as_of: date | None = None
    generated_label: str = GENERATED_LABEL
    disclaimer: str = DISCLAIMER
