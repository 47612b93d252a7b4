"""What the bot says by itself, without Rasa: kind, short, and always with a way on."""

from __future__ import annotations

from typing import Any

from bot.cleaning import Problem
from service.cards import Card

HOTLINE = "急事或想直接问人：拨打 12348 公共法律服务热线（免费）。"


def _notice(conclusion: str, *steps: str, title: str = "") -> dict[str, Any]:
    return Card(kind="notice", title=title, conclusion=conclusion, steps=list(steps)).model_dump(mode="json")


EMPTY = _notice("没有收到文字。请用一两句话说说您遇到的事，例如“公司拖欠我两个月工资”。")
WORDLESS = _notice("我只看得懂文字。请用一两句话说说您遇到的事，例如“房东不退押金”。")
STALE_CHOICE = _notice("这个选项已经过期了。", "请从最新的选项里选，或者直接打字告诉我。")
UNKNOWN_CHOICE = _notice("没有找到这个选项。", "请从最新的选项里选，或者直接打字告诉我。")
AWAY = _notice(
    "抱歉，我这边暂时出了故障，现在答不了。您的话已经记下，恢复后会在这里回答您，不用重复发。",
    HOTLINE,
    "有人身危险请先拨打 110；有人受伤请拨打 120。",
    title="暂时不能回答",
)
GAVE_UP = _notice(
    "抱歉，您的这句话我试了几次都没能处理好。",
    "请换个说法，或分成几句短话再问一次。",
    HOTLINE,
    title="没能回答",
)


def too_long(limit: int) -> dict[str, Any]:
    return _notice(
        f"这段话太长了（一次最多 {limit} 字），我没能读完。您写的内容没有丢，还在上面。",
        "请分成几段发给我，先说最要紧的：什么事、什么时候、想要什么结果。",
        HOTLINE,
        title="请分开发",
    )


def of(problem: Problem, max_text: int) -> dict[str, Any]:
    """The notice for a message that cannot be answered."""
    if problem == "too_long":
        return too_long(max_text)
    return EMPTY if problem == "empty" else WORDLESS
