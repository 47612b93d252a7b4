"""The few words that the channel itself understands. Everything else goes to Rasa."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.channels.wechat.texts import FETCH_WORD, FORGET_WORDS

Word = Literal["agree", "yes", "refuse", "forget", "erase", "fetch", "bind"]
_AGREE_AND_ASK = re.compile(r"同意\s*[:：]\s*(?P<question>.+)", re.DOTALL)
_BIND = re.compile(r"绑定\s*[:：]?\s*(?P<code>[A-Za-z0-9][A-Za-z0-9\s-]{6,14})")
_WORDS: dict[Word, frozenset[str]] = {
    "agree": frozenset({"同意", "我同意", "同意。"}),
    # Means "agree" only to who was shown the notice within a day.
    "yes": frozenset({"1", "１", "一", "好", "好的", "可以"}),
    "refuse": frozenset({"不同意", "我不同意"}),
    "forget": frozenset({"忘记我", "撤回同意", "删除我的信息", "删除记录"}),
    "erase": frozenset({FORGET_WORDS}),
    "fetch": frozenset({FETCH_WORD, f"“{FETCH_WORD}”"}),
}


@dataclass(frozen=True)
class Said:
    """`word`: what it is to the channel, if anything; `text`: what is left for Rasa; `asks`: agreement with a question."""

    word: Word | None
    text: str
    asks: bool = False


def read(text: str) -> Said:
    """`text` is cleaned. “同意：<question>” is agreement and a question in one."""
    both = _AGREE_AND_ASK.fullmatch(text)
    if both:
        return Said("agree", both["question"].strip(), asks=True)
    bind = _BIND.fullmatch(text)
    if bind:
        return Said("bind", bind["code"])
    for word, forms in _WORDS.items():
        if text in forms:
            return Said(word, text)
    return Said(None, text)
