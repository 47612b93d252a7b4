"""What people say about a joint claim in the chat; pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from cases.groups import code_in

Wish = Literal["start", "join", "mine", "leave", "hand", "employer"]
_WORDS: tuple[tuple[Wish, re.Pattern[str]], ...] = (
    ("start", re.compile(r"(我们?)?(要|想)?(发起|新建|开始)?集体(登记|讨薪)")),
    ("mine", re.compile(r"(我的|查|看)集体登记|集体登记(怎么样|到哪)了?")),
    ("leave", re.compile(r"(我要|我想)?退出集体(登记)?")),
    ("hand", re.compile(r"(把)?集体(登记)?(交给|转给)律师")),
)
_JOIN = re.compile(r"(我要|我想|我也)?加入(集体)?(登记)?[\s:：,，]*(.*)", re.DOTALL)
_EMPLOYER = re.compile(r"(单位|公司|工地|工厂|老板)(名称|名字)?\s*[:：]\s*(.{2,60})")
LONGEST = 40


def wish(text: str) -> tuple[Wish, str] | None:
    """What is wanted, and the code or name that goes with it (empty: none could be read); None: it is about something else."""
    even = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"[\s。.！!？?~]+", "", even)
    if len(even) > 80:
        return None
    code = code_in(even)
    joins = _JOIN.fullmatch(even)
    if joins and (code or re.fullmatch(r"[A-Za-z0-9\s—–-]{4,20}", joins[4])):
        return "join", code or ""
    if code and len(plain) <= len(code) + 4:
        return "join", code
    named = _EMPLOYER.fullmatch(even)
    if named:
        return "employer", named[3].strip()
    return next(((name, "") for name, pattern in _WORDS if pattern.fullmatch(plain)), None)
