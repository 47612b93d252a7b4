"""What people say about their case: its code, and what is to be done with it. The same words count whoever speaks: the bot's
router while a lawyer owns the conversation, the actions otherwise."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Literal

Wish = Literal["end", "withdraw", "reopen", "status"]
_CODE = re.compile(r"(?<![A-Z0-9])LH[-\s—–]*([A-Z0-9]{4})[-\s—–]*([A-Z0-9]{4})(?![A-Z0-9])")
_WISHES: tuple[tuple[Wish, re.Pattern[str]], ...] = (
    ("end", re.compile(r"(结束|退出|停止|不要|关闭)(人工|和?律师(的)?(对话|聊天|服务)?)$|(回到|转回|切回|换回)(小法|机器人)")),
    ("withdraw", re.compile(r"(撤回|撤销|撤掉|取消)(我的|这个|这件)?(案件|案子|申请|转律师|咨询)|(案件|案子|申请)(我)?(要|想)?(撤回|撤了|撤掉)")),
    ("reopen", re.compile(r"(重新打开|重开|再打开)(我的|这个|这件)?(案件|案子)")),
    ("status", re.compile(r"(案件|案子|编号|单子|工单|受理).{0,8}(到哪|怎么样|进展|进度|状态|办到|查|多久|有人接)|(查|看).{0,4}(案件|案子|进度)|律师(回复|接单|接手)了?(没|吗)")),
)  # fmt: skip
LONGEST = 40  # a longer message tells something


def code_in(text: str) -> str | None:
    """The case code in a text, as it is written on the card (LH-7K3M-9Q2P)."""
    found = _CODE.search(unicodedata.normalize("NFKC", text).upper())
    return f"LH-{found[1]}-{found[2]}" if found else None


def chosen(payload: str | None) -> str:
    """The choice a payload means (`case:rate:…`); empty when it is none."""
    if not payload or not payload.startswith("/choose"):
        return ""
    try:
        return str(json.loads(payload.removeprefix("/choose"))["choice"])
    except (ValueError, KeyError, TypeError):
        return ""


def timeless(payload: str | None) -> bool:
    """Whether a choice may be picked however late: what it means is checked against the case as it then stands."""
    return chosen(payload).startswith(("case:", "handoff:"))


def wish(text: str) -> Wish | None:
    """What the person wants of their case; None when the message is about something else."""
    plain = re.sub(r"[\s。.！!？?~，,]+", "", unicodedata.normalize("NFKC", text))
    if len(plain) > LONGEST:
        return None
    return next((name for name, pattern in _WISHES if pattern.search(plain)), None)
