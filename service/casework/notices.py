"""What a person is told when their case moves, by no more than its code: no legal problem is ever named (a phone on a table)."""

from __future__ import annotations

from cases.status import Notice
from service.cards import Card
from service.case_cards import rating

TEXTS: dict[Notice, tuple[str, str]] = {
    "assigned": ("律师已接手", "律师已经接手您的事，正在看材料。接下来由律师直接回复您，小法先不插话。"),
    "waiting": ("律师在等您", "律师在等您的回复或材料，直接在这里回就行。一直没有消息，这次会先办结，您随时可以再来。"),
    "requeued": ("重新排队", "您的事已退回排队，换一位律师接着办，材料都在，不用重讲。这期间小法继续为您服务。"),
    "lapsed": ("还在排队", "很抱歉，律师没能在承诺的时间回复。您的事已重新排队并提醒了负责人，材料都在，不用重讲。"),
    "expired": ("先办结了", "一段时间没有收到您的消息，这次服务先办结。还需要律师，请说“重新打开案件”。"),
    "resolved": ("律师服务结束", "这次律师服务已结束，小法继续在这里。还没解决，请说“重新打开案件”。"),
    "closed": ("案件已关闭", "您的案件已关闭。以后还需要律师，凭案件编号说“重新打开案件”就行。"),
    "reopened": ("案件已重新打开", "您的案件已重新打开、进入排队，之前的材料都在，不用重讲。"),
    "resumed": ("律师继续办理", "律师继续办理您的事，接下来由律师直接回复您，小法先不插话。"),
    "withdrawn": ("案件已撤回", "您的案件已撤回，律师不再办理。以后需要，随时可以再找小法。"),
    "merged": ("已合并", "您有两个案件是同一件事，已经合并成一个，材料都在。"),
}
RATED: frozenset[Notice] = frozenset({"resolved", "expired", "closed"})
"""Notices that ask how it went."""
DEADLINE = ("请留意日子", "您的案件有一个日子快到了：{day}（还有 {left} 天）。请看看律师的回复，或在这里问律师。")


def card(name: Notice, code: str, case_id: str) -> Card:
    """The card of a status notice."""
    title, conclusion = TEXTS[name]
    choices = rating(case_id) if name in RATED else []
    return Card(kind="handoff", title=title, conclusion=conclusion, case_code=code, choices=choices)


def deadline_card(code: str, day: str, left: int) -> Card:
    """The neutral reminder of a day that comes near."""
    title, conclusion = DEADLINE
    return Card(kind="handoff", title=title, conclusion=conclusion.format(day=day, left=left), case_code=code)
