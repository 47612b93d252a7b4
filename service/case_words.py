"""What people say about their case: its code, and what is to be done with it. The same words count whoever speaks: the bot's
router while a lawyer owns the conversation, the actions otherwise."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Literal

Wish = Literal["end", "withdraw", "reopen", "status", "meet", "meeting", "unmeet"]
_CODE = re.compile(r"(?<![A-Z0-9])LH[-\s—–]*([A-Z0-9]{4})[-\s—–]*([A-Z0-9]{4})(?![A-Z0-9])")
_MEET = re.compile(r"见个?面|会面|面谈|当面(谈|聊|说|讲)|约个?时间|改约|[换改]个?时间")
_AROUND = re.compile(  # what people say around that wish: days, which are read apart, and then the small words
    r"(明年|\d{4}年)?\d{1,2}[月./]\d{1,2}[日号]?|\d{1,2}[日号]|[这本下]*(周|星期|礼拜)[一二三四五六日天末]|大?后天|明天|今天|"
    r"早上|上午|中午|下午|晚上|\d{1,2}[:：]\d\d|[\d一二两三四五六七八九十]+点半?|左右|"
    r"您好|你好|我们?|本人|还|也|就|想要?|要|希望|需要|可以|能不能|可不可以|能|请|帮忙?|麻烦|怎么|如何|跟|和|与|同|找|律师|你们|您|"
    r"在|定|重新|预?约|[一1]?下|个|的?时间|的|吧|吗|呢|行不行|好不好|好|谈|聊"
)
_SHORT = 20  # longer words about an appointment tell of another one
_BOOKED = r"(预约|约好的?|约的|见面|面谈)"
_MEETINGS: tuple[tuple[Wish, re.Pattern[str]], ...] = (
    ("unmeet", re.compile(rf"(取消|退掉|撤销|不要)(我的?|律师|这次|那个|这个)*{_BOOKED}|{_BOOKED}.{{0,6}}(取消|[去来]不了|不[去来]了|不能[去来])")),
    ("meeting", re.compile(rf"(我的|查一?下?|看一?下?){_BOOKED}|{_BOOKED}(了|的?时间|的?地点|的?地址)?(是|在)?(几点|什么时候|哪天|几号|哪里?|什么地方)|预约(成功|确认|改时间)")),
)  # fmt: skip
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
    plain = re.sub(r"[\s。.！!？?~，,]+", "", unicodedata.normalize("NFKC", without_code(text)))
    if len(plain) > LONGEST:
        return None
    return _meeting_wish(plain) or next((name for name, pattern in _WISHES if pattern.search(plain)), None)


def _meeting_wish(plain: str) -> Wish | None:
    """About the meeting with the lawyer: said in so many words, nothing else with it."""
    found = next((name for name, pattern in _MEETINGS if pattern.search(plain)), None)
    if found:
        return found if len(plain) <= _SHORT else None
    return "meet" if _MEET.search(plain) and not _AROUND.sub("", _MEET.sub("", plain)) else None


def without_code(text: str) -> str:
    """The text without the case codes in it."""
    return _CODE.sub(" ", unicodedata.normalize("NFKC", text).upper()) if code_in(text) else text
